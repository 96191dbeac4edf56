import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t } from '@/messages/text';
import { DataTable } from '@/shared/data-table';
import { download } from '@/shared/download';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { problemText } from '@/shared/form-faults';
import { count, todayInShanghai } from '@/shared/format';
import { may } from '@/shared/may';
import { useOrgs } from '@/shared/orgs';
import { PageShell } from '@/shared/page-shell';
import {
  COMPLAINT_CHANNELS,
  COMPLAINT_KINDS,
  type ComplaintFilterName,
  type ComplaintsSearch,
} from '@/shared/search/complaints';
import { fromStart, type ListSearch } from '@/shared/search/list-search';
import { useSession } from '@/shared/use-session';
import './case.css';
import { complaintColumns } from './complaint-columns';
import { complaintCountsQuery, complaintsQuery, conditionsOf } from './complaint-queries';
import { ComplaintStats } from './complaint-stats';
import { proceduresQuery } from './queries';

/** Registering needs inputs that reading does not. */
const RegisterModal = lazy(async () => ({ default: (await import('./complaint-register')).RegisterModal }));

/** 投诉举报的台账：没有办结而先到期的在前；件数点开正好是所数的那些。 */
export function ComplaintsPage() {
  const search = useSearch({ from: '/signed-in/complaints' });
  const navigate = useNavigate({ from: '/complaints' });
  const session = useSession();
  const query = useQuery(complaintsQuery(search));
  const filters = useFilters();
  const exporting = useExport(search);
  const [isNew, setNew] = useState(false);
  const onSearch = (next: ListSearch) => void navigate({ search: next as ComplaintsSearch });
  return (
    <PageShell
      title={t('complaints.title')}
      {...(may(session, 'complaint.create')
        ? {
            actions: (
              <Button type="primary" onClick={() => setNew(true)}>
                {t('complaint_new.open')}
              </Button>
            ),
          }
        : {})}
    >
      <Counts search={search} onSearch={onSearch} />
      <FilterBar<ComplaintFilterName>
        table="complaints"
        filters={filters}
        search={search}
        onSearch={onSearch}
      />
      <ComplaintStats search={search} onSearch={onSearch} />
      <DataTable
        name={t('complaints.title')}
        columns={complaintColumns}
        rowKey={(row) => row.id}
        rows={query.data?.complaints}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        {...(may(session, 'complaint.export')
          ? { onExport: exporting.mutate, isExporting: exporting.isPending }
          : {})}
        emptyHint={<span className="quiet">{t('complaints.empty_hint')}</span>}
      />
      {isNew && (
        <Suspense fallback={null}>
          <RegisterModal onClose={() => setNew(false)} />
        </Suspense>
      )}
    </PageShell>
  );
}

/** 清零与各状态的件数。 */
function Counts({ search, onSearch }: { search: ComplaintsSearch; onSearch: (next: ListSearch) => void }) {
  const { state: _state, ...others } = fromStart(search);
  const found = useQuery(complaintCountsQuery(others, 'state')).data ?? [];
  const states = useStates();
  const place = (code: string | undefined) => states.findIndex((it) => it.code === code);
  const counts = [...found].sort((a, b) => place(a.group?.code) - place(b.group?.code));
  const open = { ...others, over: '0' };
  const late = { ...open, due_before: todayInShanghai(new Date()) };
  if (counts.length === 0) return null;
  return (
    <ul className="matter-counts" aria-label={t('complaints.counts')}>
      <Cleared
        is={open}
        isChosen={search.over === '0' && !search.due_before}
        label="complaints.clear"
        onSearch={onSearch}
      />
      <Cleared
        is={late}
        isChosen={search.over === '0' && search.due_before === late.due_before}
        label="complaints.clear_late"
        onSearch={onSearch}
      />
      {counts.map((it) => (
        <li key={it.group?.code ?? ''}>
          <Button
            size="small"
            {...(search.state === it.group?.code ? { type: 'primary' as const } : {})}
            onClick={() => onSearch((it.group ? { ...others, state: it.group.code } : others) as ListSearch)}
          >
            {it.group?.name ?? t('unit.none')} <span className="num">{count(it.count)}</span>
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** 清零的一个数：点开正好是那些行。 */
function Cleared(props: {
  is: ComplaintsSearch;
  isChosen: boolean;
  label: 'complaints.clear' | 'complaints.clear_late';
  onSearch: (next: ListSearch) => void;
}) {
  const found = useQuery(complaintCountsQuery(props.is, 'state')).data ?? [];
  const n = found.reduce((all, one) => all + one.count, 0);
  return (
    <li>
      <Button
        size="small"
        {...(props.isChosen ? { type: 'primary' as const } : {})}
        onClick={() => props.onSearch(props.is as ListSearch)}
      >
        {t(props.label, { count: count(n) })}
      </Button>
    </li>
  );
}

/** 投诉举报程序的各个状态，按先后。 */
function useStates() {
  const procedures = useQuery(proceduresQuery).data?.procedures;
  return procedures?.find((it) => it.is_complaint)?.states ?? NO_STATES;
}

const NO_STATES: { code: string; name: string }[] = [];

function useFilters(): Filter<ComplaintFilterName>[] {
  const states = useStates();
  const orgs = useOrgs();
  return useMemo(() => {
    const placeholder = t('complaints.any');
    const choice = (name: ComplaintFilterName, label: string, options: { value: string; label: string }[]) =>
      ({ name, label, kind: 'choice', placeholder, options }) as const;
    const flag = (name: ComplaintFilterName, label: string) =>
      choice(name, label, [
        { value: '1', label: t('complaints.yes') },
        { value: '0', label: t('complaints.no') },
      ]);
    const bodies = orgs.bodies.map((it) => ({ value: it.id, label: it.name }));
    return [
      { name: 'q', label: t('complaints.number'), kind: 'text', placeholder: t('complaints.number_hint') },
      choice(
        'state',
        t('complaints.state'),
        states.map((it) => ({ value: it.code, label: it.name })),
      ),
      choice('over', t('complaints.over'), [
        { value: '0', label: t('complaints.over_no') },
        { value: '1', label: t('complaints.over_yes') },
      ]),
      { name: 'due_before', label: t('complaints.due_before'), kind: 'date' },
      choice(
        'kind',
        t('complaints.kind'),
        COMPLAINT_KINDS.map((it) => ({ value: it, label: t(`complaint_kind.${it}`) })),
      ),
      choice(
        'channel',
        t('complaints.channel'),
        COMPLAINT_CHANNELS.map((it) => ({ value: it, label: t(`complaint_channel.${it}`) })),
      ),
      choice('against', t('complaints.against'), bodies),
      choice('body', t('complaints.body'), bodies),
      { name: 'received_from', label: t('complaints.received_from'), kind: 'date' },
      { name: 'received_until', label: t('complaints.received_until'), kind: 'date' },
      flag('timely', t('complaints.timely')),
      flag('satisfied', t('complaints.satisfied')),
      flag('repeat', t('complaints.repeat')),
    ];
  }, [states, orgs]);
}

/** 导出的是此刻条件之下的全部，不只这一页。 */
function useExport(search: ComplaintsSearch) {
  const { message } = App.useApp();
  return useMutation({
    mutationFn: async () => {
      const body = { ...conditionsOf(search), format: 'xlsx' } as const;
      const file = await taken(api.POST('/api/v1/exports/complaints', { body, parseAs: 'blob' }));
      download(file as unknown as Blob, t('complaints.export_name'));
    },
    onSuccess: () => message.success(t('complaints.exported')),
    onError: (error) => message.error(problemText(asProblem(error))),
  });
}
