import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { api } from '@/api/client';
import { taken } from '@/api/problem';
import { t } from '@/messages/text';
import { DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { may } from '@/shared/may';
import { PageShell } from '@/shared/page-shell';
import type { CaseFilterName, CasesSearch } from '@/shared/search/cases';
import type { ListSearch } from '@/shared/search/list-search';
import { useEver } from '@/shared/use-ever';
import { useExport } from '@/shared/use-export';
import { useSession } from '@/shared/use-session';
import { caseColumns } from './case-columns';
import { casesQuery, listQuery, proceduresQuery } from './queries';

/** Looking up needs no form: loaded when a case is to be made. */
const CreateDrawer = lazy(async () => ({ default: (await import('./create-drawer')).CreateDrawer }));

const SEVERITIES = ['notice', 'warning', 'breach', 'grave'] as const;

/** 案件列表。 */
export function CasesPage() {
  const search = useSearch({ from: '/signed-in/cases' });
  const navigate = useNavigate({ from: '/cases' });
  const session = useSession();
  const query = useQuery(casesQuery(search));
  const filters = useFilters(search);
  const exporting = useCasesExport(search);
  const [isMaking, setMaking] = useState(false);
  const wasMaking = useEver(isMaking);
  const onSearch = (next: ListSearch) => void navigate({ search: next as CasesSearch });
  return (
    <PageShell
      title={t('cases.title')}
      actions={
        may(session, 'case.record_event') && (
          <Button type="primary" onClick={() => setMaking(true)}>
            {t('create_case.title')}
          </Button>
        )
      }
    >
      <FilterBar<CaseFilterName> table="cases" filters={filters} search={search} onSearch={onSearch} />
      <DataTable
        name={t('cases.title')}
        columns={caseColumns}
        rowKey={(row) => row.id}
        rows={query.data?.cases}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        sorts={[
          { value: 'last_on', label: t('cases.sort_last') },
          { value: 'filed_on', label: t('cases.sort_filed') },
          { value: 'next_due_on', label: t('cases.sort_due') },
        ]}
        {...(may(session, 'case.export')
          ? { onExport: exporting.mutate, isExporting: exporting.isPending }
          : {})}
        emptyHint={<span className="quiet">{t('cases.empty_hint')}</span>}
      />
      <Suspense fallback={null}>
        {wasMaking && <CreateDrawer isOpen={isMaking} onClose={() => setMaking(false)} />}
      </Suspense>
    </PageShell>
  );
}

function useFilters(search: CasesSearch): Filter<CaseFilterName>[] {
  const procedures = useQuery(proceduresQuery).data?.procedures;
  return useMemo(() => {
    const chosen = procedures?.find((it) => it.procedure === search.procedure);
    const filters: Filter<CaseFilterName>[] = [
      { name: 'q', label: t('cases.number'), kind: 'text', placeholder: t('cases.number_hint') },
      {
        name: 'procedure',
        label: t('cases.procedure'),
        kind: 'choice',
        placeholder: t('cases.any'),
        options: (procedures ?? []).map((it) => ({ value: it.procedure, label: it.name })),
      },
      {
        name: 'state',
        label: t('cases.state'),
        kind: 'choice',
        placeholder: chosen ? t('cases.any') : t('cases.state_hint'),
        options: (chosen?.states ?? []).map((it) => ({ value: it.code, label: it.name })),
      },
      {
        name: 'severity',
        label: t('cases.worst_filter'),
        kind: 'choice',
        placeholder: t('cases.any'),
        options: SEVERITIES.map((it) => ({ value: it, label: t(`severity.${it}`) })),
      },
      { name: 'due_before', label: t('cases.due_before'), kind: 'date' },
      { name: 'filed_from', label: t('cases.filed_from'), kind: 'date' },
      { name: 'filed_to', label: t('cases.filed_to'), kind: 'date' },
      {
        name: 'mine',
        label: t('cases.mine'),
        kind: 'choice',
        placeholder: t('cases.mine_all'),
        options: [{ value: '1', label: t('cases.mine_only') }],
      },
    ];
    return filters;
  }, [procedures, search.procedure]);
}

/** 导出用的是接口的导出：同样的条件里它认得的那几个。 */
function useCasesExport(search: CasesSearch) {
  const { body, org, procedure, severity, filed_from, filed_to } = listQuery(search);
  const wanted = { body, org, procedure, severity, filed_from, filed_to };
  return useExport({
    ask: () => taken(api.POST('/api/v1/exports/cases', { body: wanted, parseAs: 'blob' })),
    name: t('cases.export_name'),
    done: t('cases.exported'),
  });
}
