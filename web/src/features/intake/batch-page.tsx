import { DownloadOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Alert, App, Button, Descriptions, Progress, Select } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t } from '@/messages/text';
import { Because } from '@/shared/because';
import { type Column, DataTable } from '@/shared/data-table';
import { download } from '@/shared/download';
import { problemText } from '@/shared/form-faults';
import { count, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { orgName, useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import { StatusTag, type Tone } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import { BatchTag } from './batch-tag';
import './intake.css';
import { batchQuery, type Import, type ImportRow, isBusy, rowsQuery, unknownBodiesQuery } from './queries';
import { faultsOf, placeOf } from './rows';
import type { BatchSearch } from './search';

/** 一批：做到哪里，每一行怎样，哪些机关要由人认定，真的导入，取回执。 */
export function BatchPage() {
  const { id } = useParams({ from: '/signed-in/intake/$id' });
  const query = useQuery(batchQuery(id));
  const client = useQueryClient();
  const state = `${query.data?.state}/${query.data?.is_dry_run}`;
  useEffect(() => {
    // What the rows say changes when the batch comes to its end.
    if (state.startsWith('finished')) {
      void client.invalidateQueries({ queryKey: ['imports', id, 'rows'] });
      void client.invalidateQueries({ queryKey: ['imports', id, 'unknown'] });
    }
  }, [client, id, state]);
  const batch = query.data;
  if (!batch)
    return (
      <PageWaiting
        title={t('intake.title')}
        query={query}
        up={<Link to="/intake">{t('intake.title')}</Link>}
      />
    );
  return (
    <PageShell
      title={t('intake.batch', { name: batch.file_name })}
      up={<Link to="/intake">{t('intake.title')}</Link>}
      aside={<BatchTag batch={batch} />}
      actions={<Actions batch={batch} />}
    >
      <Head batch={batch} />
      <UnknownBodies batch={batch} />
      <Rows batch={batch} />
    </PageShell>
  );
}

function Actions({ batch }: { batch: Import }) {
  const session = useSession();
  const client = useQueryClient();
  const { message, modal } = App.useApp();
  const params = { path: { id: batch.id } };
  const settle = {
    onSuccess: () => client.invalidateQueries({ queryKey: ['imports', batch.id, 'head'] }),
    onError: (error: Error) => message.error(problemText(asProblem(error))),
  };
  const trying = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/imports/{id}/dry_run', { params })),
    ...settle,
  });
  const running = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/imports/{id}/run', { params })),
    ...settle,
  });
  const saving = useMutation({
    mutationFn: async () => {
      const file = await taken(api.GET('/api/v1/imports/{id}/receipt', { params, parseAs: 'blob' }));
      download(file as unknown as Blob, t('intake.receipt_name', { name: batch.file_name }));
    },
    onError: settle.onError,
  });
  const busy = isBusy(batch) && batch.state === 'running';
  const why = busy ? t('intake.why_busy') : null;
  const { created, changed, waiting } = batch.counts;
  const isNothing = batch.is_dry_run && batch.state === 'finished' && created + changed + waiting === 0;
  const whyNoRun =
    why ??
    (may(session, 'import.run') ? null : t('intake.why_no_run')) ??
    (isNothing ? t('intake.why_nothing') : null);
  const isDone = !batch.is_dry_run && batch.state === 'finished' && batch.counts.waiting === 0;
  const ask = () =>
    modal.confirm({
      title: t('intake.run_ask', { n: count(batch.counts.rows) }),
      content: t('intake.run_hint', {
        waiting: count(batch.counts.waiting),
        refused: count(batch.counts.refused),
      }),
      okText: t('intake.run'),
      onOk: () => running.mutateAsync().catch(() => undefined),
    });
  return (
    <>
      <Because why={why ?? (batch.is_dry_run || batch.state !== 'finished' ? null : t('intake.why_no_try'))}>
        {(disabled) => (
          <Button onClick={() => trying.mutate()} loading={trying.isPending} disabled={disabled}>
            {t('intake.try_again')}
          </Button>
        )}
      </Because>
      <Because why={whyNoRun ?? (isDone ? t('intake.why_done') : null)}>
        {(disabled) => (
          <Button type="primary" onClick={ask} loading={running.isPending} disabled={disabled}>
            {t('intake.run')}
          </Button>
        )}
      </Because>
      <Button
        icon={<DownloadOutlined aria-hidden />}
        onClick={() => saving.mutate()}
        loading={saving.isPending}
      >
        {t('intake.receipt')}
      </Button>
    </>
  );
}

function Head({ batch }: { batch: Import }) {
  const orgs = useOrgs();
  const search = useSearch({ from: '/signed-in/intake/$id' });
  const navigate = useNavigate({ from: '/intake/$id' });
  const done = Object.entries(batch.counts)
    .filter(([name]) => name !== 'rows')
    .reduce((sum, [, n]) => sum + n, 0);
  return (
    <Panel title={t('intake.progress')}>
      {batch.error && <Alert role="alert" type="error" showIcon title={batch.error} />}
      {batch.state === 'running' && (
        <Progress
          percent={batch.counts.rows ? Math.floor((done * 100) / batch.counts.rows) : 0}
          aria-label={t('intake.progress')}
        />
      )}
      {batch.is_dry_run && batch.state === 'finished' && (
        <Alert type="info" showIcon title={t('intake.dry_hint')} />
      )}
      <ul className="intake-counts" aria-label={t('intake.outcomes')}>
        {OUTCOMES.map((name) => (
          <li key={name}>
            <button
              type="button"
              className="intake-count"
              aria-pressed={search.outcome === name}
              onClick={() =>
                void navigate({
                  search: search.outcome === name ? {} : { outcome: name },
                  resetScroll: false,
                })
              }
            >
              <span>{t(`intake_count.${name}`)}</span>
              <strong className="num">{count(batch.counts[name])}</strong>
            </button>
          </li>
        ))}
      </ul>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 3 }}
        items={[
          { key: 'source', label: t('intake.source'), children: batch.source },
          {
            key: 'org',
            label: t('intake.org'),
            children: orgName(orgs, batch.org),
          },
          { key: 'body', label: t('intake.body'), children: orgs.ofId(batch.body)?.name ?? t('unit.none') },
          { key: 'started', label: t('intake.started_at'), children: instantWithZone(batch.started_at) },
          { key: 'finished', label: t('intake.finished_at'), children: instantWithZone(batch.finished_at) },
          {
            key: 'bytes',
            label: t('intake.size'),
            children: t('intake.bytes', { n: count(batch.file_bytes) }),
          },
        ]}
      />
    </Panel>
  );
}

const OUTCOMES = ['created', 'changed', 'same', 'waiting', 'refused', 'repeated'] as const;

/** 认不出的机关：由人认定是哪个登记的主体，按来源记住。 */
function UnknownBodies({ batch }: { batch: Import }) {
  const session = useSession();
  const orgs = useOrgs();
  const client = useQueryClient();
  const { message } = App.useApp();
  const query = useQuery({ ...unknownBodiesQuery(batch.id), enabled: batch.counts.waiting > 0 });
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const mapping = useMutation({
    mutationFn: () => {
      const body_mappings = Object.entries(chosen).map(([name, body]) => ({ name, body }));
      return taken(
        api.POST('/api/v1/imports/{id}/body_mappings', {
          params: { path: { id: batch.id } },
          body: { body_mappings },
        }),
      );
    },
    onSuccess: async () => {
      setChosen({});
      await client.invalidateQueries({ queryKey: ['imports', batch.id] });
      message.success(t('intake.mapped'));
    },
    onError: (error) => message.error(problemText(asProblem(error))),
  });
  const names = query.data ?? [];
  const isAllowed = may(session, 'import.map_bodies');
  if (batch.counts.waiting === 0) return null;
  const options = orgs.bodies.map((node) => ({ value: node.id, label: node.name }));
  return (
    <Panel
      title={t('intake.unknown')}
      aside={t('intake.unknown_aside')}
      actions={
        <Because
          why={
            isAllowed
              ? Object.keys(chosen).length === 0
                ? t('intake.why_none_chosen')
                : null
              : t('intake.why_no_map')
          }
        >
          {(disabled) => (
            <Button
              type="primary"
              size="small"
              disabled={disabled}
              loading={mapping.isPending}
              onClick={() => mapping.mutate()}
            >
              {t('intake.map')}
            </Button>
          )}
        </Because>
      }
    >
      <Loaded query={query} isEmpty={() => names.length === 0} empty={t('intake.unknown_none')}>
        {() => (
          <ul className="intake-unknown">
            {names.map(({ name, rows }) => (
              <li key={name}>
                <span>
                  <strong>{name}</strong>{' '}
                  <span className="quiet">{t('intake.unknown_rows', { n: count(rows) })}</span>
                </span>
                <Select
                  aria-label={t('intake.map_to', { name })}
                  allowClear
                  showSearch={{ optionFilterProp: 'label' }}
                  placeholder={t('intake.choose_body')}
                  disabled={!isAllowed}
                  options={options}
                  value={chosen[name] ?? null}
                  onChange={(body: string | undefined) =>
                    setChosen((now) => {
                      const { [name]: _old, ...rest } = now;
                      return body ? { ...rest, [name]: body } : rest;
                    })
                  }
                />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

const ROW_TONES: Record<string, Tone> = {
  created: 'good',
  changed: 'info',
  refused: 'bad',
  waiting: 'warn',
  repeated: 'warn',
};

function Rows({ batch }: { batch: Import }) {
  const search = useSearch({ from: '/signed-in/intake/$id' });
  const navigate = useNavigate({ from: '/intake/$id' });
  const query = useQuery(rowsQuery(batch.id, search));
  const columns = useMemo(() => rowColumns(), []);
  return (
    <DataTable
      name={t('intake.rows')}
      columns={columns}
      rowKey={(row) => String(row.number)}
      rows={query.data?.rows}
      meta={query.data?.meta}
      isFetching={query.isFetching}
      error={query.error}
      onRetry={() => void query.refetch()}
      search={search}
      onSearch={(next) => void navigate({ search: next as BatchSearch })}
      emptyHint={<span className="quiet">{t('intake.rows_none')}</span>}
    />
  );
}

const rowColumns = (): Column<ImportRow>[] => [
  {
    key: 'place',
    title: t('intake.place'),
    width: 110,
    isFixed: true,
    render: (row) => {
      const place = placeOf(row);
      return (
        <span className="num">
          {place.sheet ? `${place.sheet} ` : ''}
          {place.row ? t('intake.row', { n: place.row }) : t('intake.nth', { n: row.number + 1 })}
        </span>
      );
    },
  },
  {
    key: 'outcome',
    title: t('intake.outcome'),
    width: 120,
    render: (row) => <StatusTag tone={ROW_TONES[row.outcome] ?? 'plain'}>{row.outcome_name}</StatusTag>,
  },
  {
    key: 'case',
    title: t('intake.case'),
    width: 210,
    card: 'wide',
    render: (row) => {
      const label = placeOf(row).label;
      if (!row.case) return label ?? t('unit.none');
      return (
        <Link to="/cases/$id" params={{ id: row.case }}>
          {label ?? t('intake.open_case')}
        </Link>
      );
    },
  },
  { key: 'body', title: t('intake.body_name'), width: 180, render: (row) => row.body_name ?? t('unit.none') },
  {
    key: 'faults',
    title: t('intake.faults'),
    width: 520,
    card: 'wide',
    render: (row) => {
      const faults = faultsOf(row);
      if (faults.length === 0) return t('unit.none');
      return (
        <ul className="intake-faults">
          {faults.map((fault, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two faults of a row may read alike
            <li key={at}>
              {fault.column && <strong>{t('intake.column', { name: fault.column })} </strong>}
              {fault.value && <span className="code">{t('intake.value', { value: fault.value })} </span>}
              {fault.reason}
              {fault.remedy && <div className="quiet">{t('intake.remedy', { what: fault.remedy })}</div>}
            </li>
          ))}
        </ul>
      );
    },
  },
];
