import { EyeOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { Case, CaseEvent } from '@/api/types';
import { t } from '@/messages/text';
import { problemText } from '@/shared/form-faults';
import { count } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { Panel } from '@/shared/page-shell';
import { ReasonModal } from '@/shared/reason-modal';
import { SmallTable } from '@/shared/small-table';
import { useSession } from '@/shared/use-session';
import { eventsQuery } from './queries';

type Scope = Case['shown_facts'][number];

/** 人员与当事人：谁参与了哪些事，登记与填报的事实；个人信息遮盖，要看原文写明理由。 */
export function PeopleTab({ found }: { found: Case }) {
  const session = useSession();
  const events = useQuery(eventsQuery(found.id));
  const [isAsking, setAsking] = useState(false);
  const reveal = useMutation({
    mutationFn: (reason: string) =>
      taken(api.POST('/api/v1/cases/{id}/reveal', { params: { path: { id: found.id } }, body: { reason } })),
    onSuccess: () => setAsking(false),
  });
  const facts: Scope[] = reveal.data?.shown_facts ?? found.shown_facts;
  return (
    <>
      <div className="timeline-top">
        {reveal.data ? (
          <span>
            {t('case.revealed')}{' '}
            <Button size="small" onClick={() => reveal.reset()}>
              {t('case.mask_again')}
            </Button>
          </span>
        ) : (
          may(session, 'case.reveal_personal') && (
            <Button size="small" icon={<EyeOutlined aria-hidden />} onClick={() => setAsking(true)}>
              {t('case.reveal')}
            </Button>
          )
        )}
      </div>
      <Loaded query={events}>{(list) => <Participants events={list} />}</Loaded>
      <div className="facts">
        {facts.map((scope) => (
          <Panel
            key={`${scope.scope} ${scope.key ?? ''}`}
            title={scope.name}
            aside={scope.key}
            className={scope.fields.length > FEW ? 'is-many' : ''}
          >
            <Fields fields={scope.fields} />
          </Panel>
        ))}
        {facts.length === 0 && <Alert type="info" showIcon title={t('case.facts_none')} />}
      </div>
      <ReasonModal
        isOpen={isAsking}
        title={t('case.reveal')}
        hint={t('case.reveal_hint')}
        isBusy={reveal.isPending}
        failure={reveal.error ? problemText(asProblem(reveal.error)) : null}
        onCancel={() => setAsking(false)}
        onReason={(reason) => reveal.mutate(reason)}
      />
    </>
  );
}

/** 不多于这些项的，几个并排。 */
const FEW = 6;

type Field = Scope['fields'][number];

/** 一个范围的各项；填“否”的很多，收在一起，不埋没其余的。 */
function Fields({ fields }: { fields: Field[] }) {
  const isNo = (field: Field) => field.text === t('form.no');
  const told = fields.filter((field) => !isNo(field));
  const no = fields.filter(isNo);
  if (no.length <= FEW) return <FieldList fields={fields} />;
  return (
    <>
      <FieldList fields={told} />
      <details className="facts-no">
        <summary>{t('case.facts_no', { n: count(no.length) })}</summary>
        <FieldList fields={no} />
      </details>
    </>
  );
}

function FieldList({ fields }: { fields: Field[] }) {
  return (
    <dl className="facts-fields">
      {fields.map((field) => (
        <div key={field.field}>
          <dt>{field.name}</dt>
          <dd>{field.text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** 参与的事先写几件。 */
const NAMES_SHOWN = 4;

interface Participant {
  who: string;
  roles: string[];
  names: string[];
  first: string;
  last: string;
  n: number;
}

function Participants({ events }: { events: CaseEvent[] }) {
  return (
    <SmallTable<Participant>
      aria-label={t('form.actors')}
      rowKey={(it) => it.who}
      dataSource={participants(events)}
      width={620}
      locale={{ emptyText: <div className="page-wait">{t('case.people_none')}</div> }}
      columns={[
        { key: 'who', title: t('form.who'), width: 160, card: 'title', render: (it) => it.who },
        {
          key: 'roles',
          title: t('form.role'),
          width: 160,
          card: 'wide',
          render: (it) => it.roles.join('、'),
        },
        {
          key: 'n',
          title: t('case.took_part'),
          card: 'wide',
          render: (it) =>
            t(it.names.length > NAMES_SHOWN ? 'case.took_part_more' : 'case.took_part_in', {
              n: count(it.n),
              names: it.names.slice(0, NAMES_SHOWN).join('、'),
            }),
        },
        {
          key: 'days',
          title: t('case.took_part_days'),
          width: 200,
          card: 'wide',
          render: (it) =>
            it.first === it.last ? it.first : t('case.range', { from: it.first, to: it.last }),
        },
      ]}
    />
  );
}

function participants(events: CaseEvent[]): Participant[] {
  const found = new Map<string, Participant>();
  const add = (list: string[], one: string) => (list.includes(one) ? list : [...list, one]);
  for (const event of events) {
    for (const actor of event.actors) {
      const held = found.get(actor.who);
      found.set(actor.who, {
        who: actor.who,
        roles: add(held?.roles ?? [], actor.role_name),
        names: add(held?.names ?? [], event.name),
        first: held && held.first < event.on ? held.first : event.on,
        last: held && held.last > event.on ? held.last : event.on,
        n: (held?.n ?? 0) + 1,
      });
    }
  }
  return [...found.values()].sort((a, b) => b.n - a.n || a.who.localeCompare(b.who));
}
