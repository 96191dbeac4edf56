import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { t, tOf } from '@/messages/text';
import { type Column, DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { instant } from '@/shared/format';
import { type Orgs, useOrgs } from '@/shared/orgs';
import { PageShell } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import { StatusTag } from '@/shared/status-tag';
import { orgName } from './account-tags';
import './admin.css';
import { type Account, type AuditEntry, accountNamesQuery, auditQuery } from './queries';
import type { AuditFilterName, AuditSearch } from './search';

const KINDS = [
  'case',
  'finding',
  'account',
  'session',
  'organisation',
  'body',
  'personnel',
  'card',
  'item',
  'import',
  'erasure',
  'audit_trail',
  'lawbook',
  'job',
  'backup',
  'config',
] as const;

/** 审计记录；看了也留一条。 */
export function AuditPage() {
  const search = useSearch({ from: '/signed-in/admin/audit' });
  const navigate = useNavigate({ from: '/admin/audit' });
  const query = useQuery(auditQuery(search));
  const accounts = useQuery(accountNamesQuery).data;
  const orgs = useOrgs();
  const columns = useMemo(() => auditColumns(accounts ?? [], orgs), [accounts, orgs]);
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
        options: KINDS.map((it) => ({ value: it, label: t(`resource.${it}`) })),
      },
      { name: 'resource_id', label: t('admin.which'), kind: 'text', placeholder: t('admin.which_hint') },
      { name: 'from', label: t('admin.from'), kind: 'date' },
      { name: 'to', label: t('admin.to'), kind: 'date' },
    ],
    [accounts],
  );
  const onSearch = (next: ListSearch) => void navigate({ search: next as AuditSearch });
  return (
    <PageShell title={t('admin.audit')} aside={<span className="quiet">{t('admin.audit_aside')}</span>}>
      <FilterBar<AuditFilterName> table="audit" filters={filters} search={search} onSearch={onSearch} />
      <DataTable
        name={t('admin.audit')}
        columns={columns}
        rowKey={(row) => row.id}
        rows={query.data?.audit_entries}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
      />
    </PageShell>
  );
}

const auditColumns = (accounts: Account[], orgs: Orgs): Column<AuditEntry>[] => [
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
    render: (row) => {
      if (!row.account) return <span className="quiet">{t('admin.nobody')}</span>;
      return accounts.find((it) => it.id === row.account)?.name ?? row.account;
    },
  },
  {
    key: 'action',
    title: t('admin.action'),
    width: 160,
    render: (row) => (
      <span title={row.action}>
        {tOf('audit_action', row.action) ?? (
          <>
            {t('admin.action_other')} <span className="code">{row.action}</span>
          </>
        )}
      </span>
    ),
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
    render: (row) => {
      const kind = tOf('resource', row.resource_kind) ?? row.resource_kind;
      const account = accounts.find((it) => it.id === row.resource_id);
      return (
        <>
          {kind}{' '}
          {account ? (
            <Link to="/admin/accounts/$id" params={{ id: account.id }}>
              {account.name}
            </Link>
          ) : (
            <span className="code">{row.resource_id ?? ''}</span>
          )}
        </>
      );
    },
  },
  { key: 'org', title: t('admin.where'), width: 240, card: 'wide', render: (row) => orgName(orgs, row.org) },
  {
    key: 'detail',
    title: t('admin.detail'),
    width: 320,
    isExtra: true,
    render: (row) => <span className="admin-detail">{JSON.stringify(row.detail)}</span>,
  },
  {
    key: 'trace',
    title: t('admin.trace'),
    width: 290,
    isExtra: true,
    render: (row) => <span className="code">{row.trace_id}</span>,
  },
];
