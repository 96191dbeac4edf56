import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { t } from '@/messages/text';
import { may } from '@/shared/may';
import { useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import { useSession } from '@/shared/use-session';
import { FactList, Spans } from './dated';
import { EventPanel } from './event-panel';
import { itemQuery } from './queries';
import { RegistryNav } from './registry-nav';
import { Listed } from './state-tags';

/** 一个执法事项：历次的样子与变更。 */
export function ItemPage() {
  const { id } = useParams({ from: '/signed-in/registry/items/$id' });
  const query = useQuery(itemQuery(id));
  const session = useSession();
  const orgs = useOrgs();
  const [isChanging, setChanging] = useState(false);
  const found = query.data;
  if (!found)
    return (
      <PageWaiting
        title={t('registry.items')}
        query={query}
        up={<Link to="/registry/items">{t('registry.items')}</Link>}
        nav={<RegistryNav />}
      />
    );
  const now = found.spans.at(-1);
  return (
    <PageShell
      title={now?.name ?? t('registry.item')}
      up={<Link to="/registry/items">{t('registry.items')}</Link>}
      aside={now && <Listed isListed={now.is_listed} />}
      actions={
        may(session, 'item.maintain') && (
          <Button onClick={() => setChanging(true)}>{t('registry.change')}</Button>
        )
      }
    >
      <RegistryNav />
      <Panel title={t('registry.history')}>
        <Spans
          name={t('registry.history')}
          spans={found.spans}
          columns={[
            { title: t('registry.name'), render: (row) => row.name },
            { title: t('registry.item_code'), render: (row) => <span className="num">{row.code}</span> },
            { title: t('registry.body'), render: (row) => orgs.ofId(row.body)?.name ?? t('unit.none') },
            { title: t('registry.state'), render: (row) => <Listed isListed={row.is_listed} /> },
            {
              title: t('registry.facts'),
              render: (row) => <FactList register="item" facts={row.facts as Record<string, unknown>} />,
            },
          ]}
        />
      </Panel>
      <EventPanel
        isOpen={isChanging}
        name="item"
        target={{ id, version: found.version }}
        onClose={() => setChanging(false)}
        onDone={() => setChanging(false)}
      />
    </PageShell>
  );
}
