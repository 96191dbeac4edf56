import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { t } from '@/messages/text';
import { DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { useOrgs } from '@/shared/orgs';
import { PageShell } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import './desk.css';
import { findingColumns } from './finding-columns';
import { FindingDrawer } from './finding-drawer';
import { SEVERITIES } from './grouping';
import { findingsQuery, rulesQuery } from './queries';
import type { FindingFilterName, FindingsSearch } from './search';

const STATUSES = ['violated', 'doubt', 'near'] as const;

/** 发现列表：条件都在地址里，监督台的数打开的就是这里。 */
export function FindingsPage() {
  const search = useSearch({ from: '/signed-in/findings' });
  const navigate = useNavigate({ from: '/findings' });
  const orgs = useOrgs();
  const query = useQuery(findingsQuery(search));
  const filters = useFilters();
  const onSearch = (next: ListSearch) => void navigate({ search: next as FindingsSearch });
  const open = (finding: string | undefined) => {
    const { finding: _finding, ...rest } = search;
    void navigate({ search: finding ? { ...rest, finding } : rest, resetScroll: false });
  };
  const columns = useMemo(() => findingColumns(orgs), [orgs]);
  return (
    <PageShell title={t('desk.findings')}>
      <FilterBar<FindingFilterName> table="findings" filters={filters} search={search} onSearch={onSearch} />
      <DataTable
        name={t('desk.findings')}
        columns={columns}
        rowKey={(row) => row.id}
        rows={query.data?.findings}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        emptyHint={<span className="quiet">{t('desk.empty_hint')}</span>}
      />
      <FindingDrawer id={search.finding} onClose={() => open(undefined)} />
    </PageShell>
  );
}

function useFilters(): Filter<FindingFilterName>[] {
  const rules = useQuery(rulesQuery).data;
  const orgs = useOrgs();
  return useMemo(
    () => [
      {
        name: 'severity',
        label: t('desk.severity'),
        kind: 'choice',
        placeholder: t('desk.any'),
        options: SEVERITIES.map((it) => ({ value: it, label: t(`severity.${it}`) })),
      },
      {
        name: 'status',
        label: t('desk.status'),
        kind: 'choice',
        placeholder: t('desk.any'),
        options: STATUSES.map((it) => ({ value: it, label: t(`finding_status.${it}`) })),
      },
      {
        name: 'code',
        label: t('desk.rule'),
        kind: 'choice',
        placeholder: t('desk.any'),
        options: (rules ?? []).map((it) => ({ value: it.code, label: `${it.name} ${it.code}` })),
      },
      {
        name: 'org',
        label: t('desk.region'),
        kind: 'choice',
        placeholder: t('desk.any'),
        options: orgs.divisions.map((it) => ({ value: it.org, label: it.name })),
      },
      {
        name: 'body',
        label: t('desk.body'),
        kind: 'choice',
        placeholder: t('desk.any'),
        options: orgs.bodies.map((it) => ({ value: it.id, label: it.name })),
      },
      { name: 'since', label: t('desk.since'), kind: 'date' },
      {
        name: 'ended',
        label: t('desk.ended'),
        kind: 'choice',
        placeholder: t('desk.ended_no'),
        options: [{ value: '1', label: t('desk.ended_yes') }],
      },
    ],
    [rules, orgs],
  );
}
