import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Tag } from 'antd';
import { useMemo } from 'react';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import { t } from '@/messages/text';
import { DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { may } from '@/shared/may';
import { useOrgs } from '@/shared/orgs';
import { PageShell } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import { useExport } from '@/shared/use-export';
import { useSession } from '@/shared/use-session';
import './desk.css';
import { findingColumns } from './finding-columns';
import { FindingDrawer } from './finding-drawer';
import { gradeFilters } from './grade';
import { findingsQuery, rulesQuery } from './queries';
import { conditionsOf, type FindingFilterName, type FindingsSearch } from './search';

const STATUSES = ['violated', 'doubt', 'near'] as const;

/** 发现列表：条件都在地址里，监督台的数打开的就是这里。 */
export function FindingsPage() {
  const search = useSearch({ from: '/signed-in/findings' });
  const navigate = useNavigate({ from: '/findings' });
  const orgs = useOrgs();
  const query = useQuery(findingsQuery(search));
  const filters = useFilters();
  const session = useSession();
  const exporting = useFindingsExport(search);
  const onSearch = (next: ListSearch) => void navigate({ search: next as FindingsSearch });
  const open = (finding: string | undefined) => {
    const { finding: _finding, ...rest } = search;
    void navigate({ search: finding ? { ...rest, finding } : rest, resetScroll: false });
  };
  const columns = useMemo(() => findingColumns(orgs), [orgs]);
  return (
    <PageShell title={t('desk.findings')}>
      <FilterBar<FindingFilterName> table="findings" filters={filters} search={search} onSearch={onSearch} />
      {search.case && (
        <p>
          <Tag closable onClose={() => onSearch(withoutCase(search))}>
            {t('desk.of_case', { number: query.data?.findings[0]?.case_number ?? search.case })}
          </Tag>
        </p>
      )}
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
        {...(may(session, 'finding.export')
          ? { onExport: exporting.mutate, isExporting: exporting.isPending }
          : {})}
        emptyHint={<span className="quiet">{t('desk.empty_hint')}</span>}
      />
      <FindingDrawer id={search.finding} onClose={() => open(undefined)} />
    </PageShell>
  );
}

function withoutCase(search: FindingsSearch): FindingsSearch {
  const { case: _case, cursor: _cursor, page: _page, ...rest } = search;
  return rest;
}

function useFindingsExport(search: FindingsSearch) {
  const split = (text: string | undefined) => text?.split(',') ?? [];
  const body = {
    ...conditionsOf(search),
    status: split(search.status),
    severity: split(search.severity),
    format: 'xlsx',
  } as const;
  return useExport({
    ask: () => taken(api.POST('/api/v1/exports/findings', { body, parseAs: 'blob' })),
    name: t('desk.export_name'),
    done: t('desk.exported'),
  });
}

function useFilters(): Filter<FindingFilterName>[] {
  const rules = useQuery(rulesQuery).data;
  const orgs = useOrgs();
  return useMemo(
    () => [
      ...gradeFilters(STATUSES, rules),
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
