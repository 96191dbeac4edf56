import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { t } from '@/messages/text';
import type { Column } from '@/shared/data-table';
import { may } from '@/shared/may';
import { type Orgs, useOrgs } from '@/shared/orgs';
import { PageShell } from '@/shared/page-shell';
import { useSession } from '@/shared/use-session';
import { EventPanel } from './event-panel';
import { type Item, itemsQuery } from './queries';
import { RegisterList } from './register-list';
import { RegistryNav } from './registry-nav';
import type { RegisterSearch } from './search';
import { Listed } from './state-tags';
import { termText } from './term';

/** 执法事项。 */
export function ItemsPage() {
  const search = useSearch({ from: '/signed-in/registry/items' });
  const navigate = useNavigate({ from: '/registry/items' });
  const session = useSession();
  const orgs = useOrgs();
  const query = useQuery(itemsQuery(search));
  const [isMaking, setMaking] = useState(false);
  const columns = useMemo(() => itemColumns(orgs), [orgs]);
  return (
    <PageShell
      title={t('registry.items')}
      actions={
        may(session, 'item.maintain') && (
          <Button onClick={() => setMaking(true)}>{t('registry_new.item')}</Button>
        )
      }
    >
      <RegistryNav />
      <RegisterList
        name={t('registry.items')}
        table="items"
        columns={columns}
        rows={query.data?.items}
        query={query}
        search={search}
        onSearch={(next) => void navigate({ search: next as RegisterSearch })}
        emptyHint={t('registry.items_none')}
        findHint={t('registry.items_find')}
      />
      <EventPanel
        isOpen={isMaking}
        name="item"
        target={null}
        onClose={() => setMaking(false)}
        onDone={(id) => void navigate({ to: '/registry/items/$id', params: { id } })}
      />
    </PageShell>
  );
}

const itemColumns = (orgs: Orgs): Column<Item>[] => [
  {
    key: 'name',
    title: t('registry.item'),
    width: 280,
    isFixed: true,
    render: (row) => (
      <Link to="/registry/items/$id" params={{ id: row.id }}>
        {row.name}
      </Link>
    ),
  },
  {
    key: 'code',
    title: t('registry.item_code'),
    width: 180,
    render: (row) => <span className="num">{row.code}</span>,
  },
  {
    key: 'body',
    title: t('registry.body'),
    width: 260,
    card: 'wide',
    render: (row) => orgs.ofId(row.body)?.name ?? t('unit.none'),
  },
  {
    key: 'department',
    title: t('registry.department'),
    width: 120,
    render: (row) => row.department?.name ?? t('unit.none'),
  },
  {
    key: 'listed',
    title: t('registry.state'),
    width: 110,
    render: (row) => <Listed isListed={row.is_listed} />,
  },
  {
    key: 'term',
    title: t('registry.when'),
    width: 220,
    render: (row) => <span className="num">{termText(row.term)}</span>,
  },
];
