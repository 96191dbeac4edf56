import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, App, Button } from 'antd';
import { useMemo } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { components } from '@/api/schema';
import { t } from '@/messages/text';
import { DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { problemText } from '@/shared/form-faults';
import { count, date, instantWithZone } from '@/shared/format';
import { may } from '@/shared/may';
import { useOrgs } from '@/shared/orgs';
import { PageShell } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import { useExport } from '@/shared/use-export';
import { useSession } from '@/shared/use-session';
import './desk.css';
import { gradeFilters } from './grade';
import { overCasesColumns } from './over-cases-columns';
import { OverCasesDrawer } from './over-cases-drawer';
import { overCasesQuery, overCasesStateQuery, rulesQuery } from './queries';
import { type OverCasesFilterName, type OverCasesSearch, overCasesConditions } from './search';

type OverCasesState = components['schemas']['OverCasesState'];

const STATUSES = ['violated', 'doubt', 'near', 'undetermined'] as const;

/** 跨案发现：一批案件合起来才看得出的，数了哪些案件；每天数一次。 */
export function OverCasesPage() {
  const search = useSearch({ from: '/signed-in/over_cases' });
  const navigate = useNavigate({ from: '/over_cases' });
  const state = useQuery(overCasesStateQuery).data;
  const query = useQuery(overCasesQuery(search, state?.done?.id));
  const filters = useFilters();
  const session = useSession();
  const exporting = useOverCasesExport(search);
  const onSearch = (next: ListSearch) => void navigate({ search: next as OverCasesSearch });
  const close = () => {
    const { finding: _finding, ...rest } = search;
    void navigate({ search: rest, resetScroll: false });
  };
  return (
    <PageShell title={t('over_cases.title')} aside={<span className="quiet">{t('over_cases.aside')}</span>}>
      {state && <LastRun state={state} />}
      <FilterBar<OverCasesFilterName>
        table="over_cases"
        filters={filters}
        search={search}
        onSearch={onSearch}
      />
      <DataTable
        name={t('over_cases.title')}
        columns={overCasesColumns}
        rowKey={(row) => row.id}
        rows={query.data?.over_cases_findings}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        {...(may(session, 'finding.export')
          ? { onExport: exporting.mutate, isExporting: exporting.isPending }
          : {})}
        emptyHint={<span className="quiet">{t('over_cases.empty_hint')}</span>}
      />
      <OverCasesDrawer id={search.finding} onClose={close} />
    </PageShell>
  );
}

/** 列出的是哪一天数的；可以叫它再数一次。 */
function LastRun({ state }: { state: OverCasesState }) {
  const session = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const start = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/over_cases_runs', {})),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['lists', 'over_cases'] });
      message.success(t('over_cases.started'));
    },
    onError: (error) => message.error(problemText(asProblem(error))),
  });
  const { newest, done } = state;
  const isRunning = newest?.state === 'running';
  return (
    <div className="over-cases-run">
      <p className="quiet">
        {done
          ? t('over_cases.as_of', { day: date(done.as_of_on), at: instantWithZone(done.ended_at ?? '') })
          : t('over_cases.never')}{' '}
        {isRunning && t('over_cases.running', { percent: count(newest.progress_percent) })}
      </p>
      {newest?.state === 'failed' && (
        <Alert
          type="error"
          showIcon
          title={t('over_cases.failed', {
            at: instantWithZone(newest.ended_at ?? newest.started_at),
            why: newest.failure ?? '',
          })}
        />
      )}
      {may(session, 'finding.run') && (
        <Button size="small" disabled={isRunning} loading={start.isPending} onClick={() => start.mutate()}>
          {t('over_cases.run')}
        </Button>
      )}
    </div>
  );
}

function useOverCasesExport(search: OverCasesSearch) {
  const split = (text: string | undefined) => text?.split(',') ?? [];
  const body = {
    ...overCasesConditions(search),
    status: split(search.status),
    severity: split(search.severity),
    format: 'xlsx',
  } as const;
  return useExport({
    ask: () => taken(api.POST('/api/v1/exports/over_cases_findings', { body, parseAs: 'blob' })),
    name: t('over_cases.export_name'),
    done: t('desk.exported'),
  });
}

function useFilters(): Filter<OverCasesFilterName>[] {
  const rules = useQuery(rulesQuery).data;
  const orgs = useOrgs();
  return useMemo(
    () => [
      ...gradeFilters(STATUSES, rules),
      {
        name: 'org',
        label: t('over_cases.where'),
        kind: 'choice',
        placeholder: t('desk.any'),
        options: [...orgs.divisions, ...orgs.bodies].map((it) => ({ value: it.org, label: it.name })),
      },
      {
        name: 'ended',
        label: t('over_cases.ended'),
        kind: 'choice',
        placeholder: t('desk.ended_no'),
        options: [{ value: '1', label: t('desk.ended_yes') }],
      },
    ],
    [rules, orgs],
  );
}
