import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t, tOf } from '@/messages/text';
import { problemText } from '@/shared/form-faults';
import { may } from '@/shared/may';
import { useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import { ReasonModal } from '@/shared/reason-modal';
import { StatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import { FactList, Spans } from './dated';
import { EventPanel } from './event-panel';
import { officerQuery } from './queries';
import { RegistryNav } from './registry-nav';
import { OfficerState } from './state-tags';

/** 一位执法人员：历次在哪里、什么状态，证件，看姓名与身份号码要写明理由。 */
export function OfficerPage() {
  const { id } = useParams({ from: '/signed-in/registry/officers/$id' });
  const query = useQuery(officerQuery(id));
  const session = useSession();
  const orgs = useOrgs();
  const [isChanging, setChanging] = useState(false);
  const found = query.data;
  if (!found)
    return (
      <PageWaiting
        title={t('registry.officers')}
        query={query}
        up={<Link to="/registry/officers">{t('registry.officers')}</Link>}
        nav={<RegistryNav />}
      />
    );
  const now = found.spans.at(-1);
  return (
    <PageShell
      title={now?.name_masked ?? t('registry.person')}
      up={<Link to="/registry/officers">{t('registry.officers')}</Link>}
      aside={now && <OfficerState state={now.state} />}
      actions={
        may(session, 'personnel.maintain') && (
          <Button onClick={() => setChanging(true)}>{t('registry.change')}</Button>
        )
      }
    >
      <RegistryNav />
      <Person id={id} />
      <Panel title={t('registry.cards')}>
        {found.cards.length === 0 ? (
          <p className="quiet">{t('registry.cards_none')}</p>
        ) : (
          <Spans
            name={t('registry.cards')}
            spans={found.cards}
            columns={[
              { title: t('registry.card_no'), render: (row) => row.number || t('unit.none') },
              {
                title: t('registry.state'),
                render: (row) => (
                  <StatusTag tone={row.state === 'valid' ? 'good' : 'warn'}>
                    {tOf('card_state', row.state) ?? row.state}
                  </StatusTag>
                ),
              },
              {
                title: t('registry.facts'),
                render: (row) => <FactList register="officer" facts={row.facts as Record<string, unknown>} />,
              },
            ]}
          />
        )}
      </Panel>
      <Panel title={t('registry.history')}>
        <Spans
          name={t('registry.history')}
          spans={found.spans}
          columns={[
            { title: t('registry.body'), render: (row) => orgs.ofId(row.body)?.name ?? t('unit.none') },
            { title: t('registry.state'), render: (row) => <OfficerState state={row.state} /> },
            { title: t('registry.department'), render: (row) => row.department?.name ?? t('unit.none') },
            {
              title: t('registry.facts'),
              render: (row) => <FactList register="officer" facts={row.facts as Record<string, unknown>} />,
            },
          ]}
        />
      </Panel>
      <EventPanel
        isOpen={isChanging}
        name="officer"
        target={{ id, version: found.version }}
        onClose={() => setChanging(false)}
        onDone={() => setChanging(false)}
      />
    </PageShell>
  );
}

function Person({ id }: { id: string }) {
  const [isAsking, setAsking] = useState(false);
  const revealing = useMutation({
    mutationFn: async (reason: string) => {
      const params = { path: { id } };
      return (await taken(api.POST('/api/v1/officers/{id}/reveal', { params, body: { reason } }))).person;
    },
    onSuccess: () => setAsking(false),
  });
  const person = revealing.data;
  return (
    <Panel
      title={t('registry.personal')}
      actions={
        person ? (
          <Button size="small" onClick={() => revealing.reset()}>
            {t('registry.mask')}
          </Button>
        ) : (
          <Button size="small" onClick={() => setAsking(true)}>
            {t('registry.reveal')}
          </Button>
        )
      }
    >
      {person ? (
        <>
          <Alert type="warning" showIcon title={t('registry.revealed')} />
          <dl className="reg-facts">
            <div>
              <dt>{t('registry.full_name')}</dt>
              <dd>{person.name}</dd>
            </div>
            <div>
              <dt>{t('registry.id_number')}</dt>
              <dd className="num">{person.id_number ?? t('unit.none')}</dd>
            </div>
          </dl>
        </>
      ) : (
        <p className="quiet">{t('registry.masked')}</p>
      )}
      <ReasonModal
        isOpen={isAsking}
        title={t('registry.reveal')}
        hint={t('registry.reveal_hint')}
        isBusy={revealing.isPending}
        failure={revealing.error ? problemText(asProblem(revealing.error)) : null}
        onCancel={() => setAsking(false)}
        onReason={(reason) => revealing.mutate(reason)}
      />
    </Panel>
  );
}
