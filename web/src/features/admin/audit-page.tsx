import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { t } from '@/messages/text';
import { type Column, DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { instant } from '@/shared/format';
import { PageShell } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import { StatusTag } from '@/shared/status-tag';
import './admin.css';
import { type AuditEntry, accountNamesQuery, auditQuery } from './queries';
import { useRoles } from './roles';
import type { AuditFilterName, AuditSearch } from './search';

/** 审计记录；看了也留一条。 */
export function AuditPage() {
  const search = useSearch({ from: '/signed-in/admin/audit' });
  const navigate = useNavigate({ from: '/admin/audit' });
  const query = useQuery(auditQuery(search));
  const accounts = useQuery(accountNamesQuery).data;
  const { resources } = useRoles();
  const filters = useMemo<Filter<AuditFilterName>[]>(
    () => [
      {
        name: 'account',
        label: t('admin.who'),
        kind: 'choice',
        placeholder: t('admin.any'),
        options: (accounts ?? []).map((it) => ({ value: it.id, label: `${it.name} ${it.login}` })),
      },
      {
        name: 'resource_kind',
        label: t('admin.what_kind'),
        kind: 'choice',
        placeholder: t('admin.what_kind_hint'),
        options: resources.map((it) => ({ value: it.code, label: it.name })),
      },
      { name: 'resource_id', label: t('admin.which'), kind: 'text', placeholder: t('admin.which_hint') },
      { name: 'from', label: t('admin.from'), kind: 'date' },
      { name: 'to', label: t('admin.to'), kind: 'date' },
    ],
    [accounts, resources],
  );
  const onSearch = (next: ListSearch) => void navigate({ search: next as AuditSearch });
  return (
    <PageShell title={t('admin.audit')} aside={<span className="quiet">{t('admin.audit_aside')}</span>}>
      <FilterBar<AuditFilterName> table="audit" filters={filters} search={search} onSearch={onSearch} />
      <DataTable
        name={t('admin.audit')}
        columns={COLUMNS}
        rowKey={(row) => row.id}
        rows={query.data?.audit_entries}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        emptyHint={<span className="quiet">{t('admin.audit_none')}</span>}
      />
    </PageShell>
  );
}

const ID_END = 6;

const COLUMNS: Column<AuditEntry>[] = [
  {
    key: 'at',
    title: t('admin.at'),
    width: 150,
    isInstant: true,
    isFixed: true,
    render: (row) => <span className="num">{instant(row.at)}</span>,
  },
  {
    key: 'who',
    title: t('admin.who'),
    width: 150,
    render: (row) =>
      row.account ? (row.account_name ?? row.account) : <span className="quiet">{t('admin.nobody')}</span>,
  },
  {
    key: 'action',
    title: t('admin.action'),
    width: 160,
    render: (row) => <span title={row.action}>{row.action_name}</span>,
  },
  {
    key: 'allowed',
    title: t('admin.allowed'),
    width: 80,
    render: (row) => (
      <StatusTag tone={row.is_allowed ? 'good' : 'bad'}>
        {row.is_allowed ? t('admin.allowed_yes') : t('admin.allowed_no')}
      </StatusTag>
    ),
  },
  {
    key: 'what',
    title: t('admin.on_what'),
    width: 330,
    card: 'wide',
    render: (row) => (
      <>
        {row.resource_name}{' '}
        {row.resource_kind === 'account' && row.resource_id ? (
          <Link to="/admin/accounts/$id" params={{ id: row.resource_id }}>
            {row.resource_id_name ?? row.resource_id}
          </Link>
        ) : (
          (row.resource_id_name ?? <Identifier id={row.resource_id} />)
        )}
      </>
    ),
  },
  {
    key: 'org',
    title: t('admin.where'),
    width: 240,
    card: 'wide',
    render: (row) => (row.org === '/' ? t('org.whole') : (row.org_name ?? row.org)),
  },
  {
    key: 'reason',
    title: t('reason.label'),
    width: 220,
    render: (row) => reasonOf(row) ?? t('unit.none'),
  },
  {
    key: 'detail',
    title: t('admin.detail'),
    width: 320,
    isExtra: true,
    render: (row) => <span className="admin-detail">{JSON.stringify(row.detail)}</span>,
  },
  {
    key: 'which',
    title: t('admin.which_id'),
    width: 330,
    isExtra: true,
    render: (row) => <span className="code">{row.resource_id ?? t('unit.none')}</span>,
  },
  {
    key: 'trace',
    title: t('admin.trace'),
    width: 290,
    isExtra: true,
    render: (row) => <span className="code">{row.trace_id}</span>,
  },
];

/** 没有名称的（会话、名单）：末几位足够前后对照，整个的悬停可见，也可以另列一列。 */
function Identifier({ id }: { id: string | null | undefined }) {
  if (!id) return null;
  return (
    <span className="code" title={id}>
      {t('admin.id_end', { end: id.slice(-ID_END) })}
    </span>
  );
}

/** 写明的理由；没有写的为 null。 */
function reasonOf(row: AuditEntry): string | null {
  const { reason } = row.detail as { reason?: unknown };
  return typeof reason === 'string' ? reason : null;
}
