import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useMemo } from 'react';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import { t } from '@/messages/text';
import { DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { count } from '@/shared/format';
import { may } from '@/shared/may';
import { useOrgs } from '@/shared/orgs';
import { PageShell } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import { type MatterFilterName, type MattersSearch, SOURCES } from '@/shared/search/matters';
import { useExport } from '@/shared/use-export';
import { useSession } from '@/shared/use-session';
import './case.css';
import { matterColumns } from './matter-columns';
import { conditionsOf, matterCountsQuery, mattersQuery } from './matter-queries';
import { proceduresQuery } from './queries';

/** 监督事项的列表，也是台账：监督机构的看全部，被监督机关的看送达了自己的。 */
export function MattersPage() {
  const search = useSearch({ from: '/signed-in/matters' });
  const navigate = useNavigate({ from: '/matters' });
  const session = useSession();
  const query = useQuery(mattersQuery(search));
  const filters = useFilters();
  const exporting = useRegisterExport(search);
  const onSearch = (next: ListSearch) => void navigate({ search: next as MattersSearch });
  return (
    <PageShell title={may(session, 'supervision.read') ? t('matters.title') : t('matters.received')}>
      <Counts search={search} onSearch={onSearch} />
      <FilterBar<MatterFilterName> table="matters" filters={filters} search={search} onSearch={onSearch} />
      <DataTable
        name={t('matters.title')}
        columns={matterColumns}
        rowKey={(row) => row.id}
        rows={query.data?.matters}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        {...(may(session, 'supervision.export')
          ? { onExport: exporting.mutate, isExporting: exporting.isPending }
          : {})}
        emptyHint={
          <span className="quiet">
            {t(may(session, 'supervision.read') ? 'matters.empty_hint' : 'matters.received_hint')}
          </span>
        }
      />
    </PageShell>
  );
}

/** 各状态的件数：点开的正好是所数的那些。 */
function Counts({ search, onSearch }: { search: MattersSearch; onSearch: (next: ListSearch) => void }) {
  const { state: _state, ...others } = search;
  const found = useQuery(matterCountsQuery(others)).data ?? [];
  const states = useStates();
  // In the order in which a matter goes through them.
  const place = (code: string | undefined) => states.findIndex((it) => it.code === code);
  const counts = [...found].sort((a, b) => place(a.state?.code) - place(b.state?.code));
  if (counts.length === 0) return null;
  return (
    <ul className="matter-counts" aria-label={t('matters.counts')}>
      {counts.map((it) => (
        <li key={it.state?.code ?? ''}>
          <Button
            size="small"
            {...(search.state === it.state?.code ? { type: 'primary' as const } : {})}
            onClick={() => {
              const { cursor: _cursor, page: _page, ...rest } = others;
              onSearch(it.state ? ({ ...rest, state: it.state.code } as ListSearch) : rest);
            }}
          >
            {it.state?.name ?? t('unit.none')} <span className="num">{count(it.count)}</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** 监督程序的各个状态，按先后。 */
function useStates() {
  const procedures = useQuery(proceduresQuery).data?.procedures;
  return procedures?.find((it) => it.is_supervision)?.states ?? NO_STATES;
}

const NO_STATES: { code: string; name: string }[] = [];

function useFilters(): Filter<MatterFilterName>[] {
  const states = useStates();
  // Where a lead came from and what the bureau itself has to do, the supervised body cannot ask for.
  const isInside = may(useSession(), 'supervision.read');
  const orgs = useOrgs();
  return useMemo(() => {
    const any = t('matters.any');
    const inside: Filter<MatterFilterName>[] = [
      {
        name: 'source',
        label: t('matters.source'),
        kind: 'choice',
        placeholder: any,
        options: SOURCES.map((it) => ({ value: it, label: t(`source.${it}`) })),
      },
      { name: 'due_before', label: t('matters.due_before'), kind: 'date' },
    ];
    return [
      { name: 'q', label: t('matters.number'), kind: 'text', placeholder: t('matters.number_hint') },
      {
        name: 'state',
        label: t('matters.state'),
        kind: 'choice',
        placeholder: any,
        options: states.map((it) => ({ value: it.code, label: it.name })),
      },
      {
        name: 'body',
        label: t('matters.body'),
        kind: 'choice',
        placeholder: any,
        options: orgs.bodies.map((it) => ({ value: it.id, label: it.name })),
      },
      ...(isInside ? inside : []),
      {
        name: 'over',
        label: t('matters.over'),
        kind: 'choice',
        placeholder: any,
        options: [
          { value: '0', label: t('matters.over_no') },
          { value: '1', label: t('matters.over_yes') },
        ],
      },
    ];
  }, [states, isInside, orgs]);
}

/** 台账没有按编号找的条件。 */
function useRegisterExport(search: MattersSearch) {
  const { q: _q, ...conditions } = conditionsOf(search);
  const body = { ...conditions, format: 'xlsx' } as const;
  return useExport({
    ask: () => taken(api.POST('/api/v1/exports/matters', { body, parseAs: 'blob' })),
    name: t('matters.export_name'),
    done: t('matters.exported'),
  });
}
