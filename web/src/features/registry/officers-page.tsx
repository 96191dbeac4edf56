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
import { type Officer, officersQuery } from './queries';
import { RegisterList } from './register-list';
import { RegistryNav } from './registry-nav';
import type { RegisterSearch } from './search';
import { OfficerState } from './state-tags';
import { termText } from './term';

/** 执法人员名录；姓名遮盖。 */
export function OfficersPage() {
  const search = useSearch({ from: '/signed-in/registry/officers' });
  const navigate = useNavigate({ from: '/registry/officers' });
  const session = useSession();
  const orgs = useOrgs();
  const query = useQuery(officersQuery(search));
  const [isMaking, setMaking] = useState(false);
  const columns = useMemo(() => officerColumns(orgs), [orgs]);
  return (
    <PageShell
      title={t('registry.officers')}
      actions={
        may(session, 'personnel.maintain') && (
          <Button onClick={() => setMaking(true)}>{t('registry_new.officer')}</Button>
        )
      }
    >
      <RegistryNav />
      <RegisterList
        name={t('registry.officers')}
        table="officers"
        columns={columns}
        rows={query.data?.officers}
        query={query}
        search={search}
        onSearch={(next) => void navigate({ search: next as RegisterSearch })}
        emptyHint={t('registry.officers_none')}
        findHint={t('registry.officers_find')}
      />
      <EventPanel
        isOpen={isMaking}
        name="officer"
        target={null}
        onClose={() => setMaking(false)}
        onDone={(id) => void navigate({ to: '/registry/officers/$id', params: { id } })}
      />
    </PageShell>
  );
}

const officerColumns = (orgs: Orgs): Column<Officer>[] => [
  {
    key: 'name',
    title: t('registry.person'),
    width: 140,
    isFixed: true,
    render: (row) => (
      <Link to="/registry/officers/$id" params={{ id: row.id }}>
        {row.name_masked}
      </Link>
    ),
  },
  {
    key: 'body',
    title: t('registry.body'),
    width: 260,
    card: 'wide',
    render: (row) => orgs.ofId(row.body)?.name ?? t('unit.none'),
  },
  {
    key: 'card',
    title: t('registry.card_no'),
    width: 180,
    card: 'wide',
    render: (row) => (
      <span className="num">
        {row.cards.length === 0 ? t('unit.none') : row.cards.map((card) => card.number).join('、')}
      </span>
    ),
  },
  {
    key: 'state',
    title: t('registry.state'),
    width: 100,
    render: (row) => <OfficerState state={row.state} />,
  },
  {
    key: 'department',
    title: t('registry.department'),
    width: 120,
    render: (row) => row.department?.name ?? t('unit.none'),
  },
  {
    key: 'term',
    title: t('registry.when'),
    width: 220,
    card: 'wide',
    render: (row) => <span className="num">{termText(row.term)}</span>,
  },
];
