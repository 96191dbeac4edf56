import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { t } from '@/messages/text';
import { Because } from '@/shared/because';
import { type Column, DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { instant } from '@/shared/format';
import { may } from '@/shared/may';
import { type Orgs, orgName, useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import { useEver } from '@/shared/use-ever';
import { useSession } from '@/shared/use-session';
import { AccountTags } from './account-tags';
import './admin.css';
import { type Account, accountsQuery, type Credentials } from './queries';
import { mayLines } from './role-words';
import { useRoles } from './roles';
import type { AccountsSearch } from './search';

/** Looking up needs none of what these hold: loaded when they are opened. */
const CreateModal = lazy(async () => ({ default: (await import('./create-modal')).CreateModal }));
const CredentialsModal = lazy(async () => ({
  default: (await import('./credentials-modal')).CredentialsModal,
}));

type FilterName = 'q' | 'org' | 'disabled';

/** 账号的列表与新建；三员各管什么写在下面。 */
export function AccountsPage() {
  const search = useSearch({ from: '/signed-in/admin/accounts' });
  const navigate = useNavigate({ from: '/admin/accounts' });
  const session = useSession();
  const orgs = useOrgs();
  const query = useQuery(accountsQuery(search));
  const columns = useMemo(() => accountColumns(orgs), [orgs]);
  const filters = useFilters(orgs);
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<Credentials | null>(null);
  const wasMaking = useEver(isMaking);
  const wasMade = useEver(made !== null);
  const onSearch = (next: ListSearch) => void navigate({ search: next as AccountsSearch });
  return (
    <PageShell
      title={t('admin.accounts')}
      actions={
        <Because why={may(session, 'account.create') ? null : t('admin.why_no_create')}>
          {(disabled) => (
            <Button type="primary" disabled={disabled} onClick={() => setMaking(true)}>
              {t('admin.create')}
            </Button>
          )}
        </Because>
      }
    >
      <FilterBar<FilterName> table="accounts" filters={filters} search={search} onSearch={onSearch} />
      <DataTable
        name={t('admin.accounts')}
        columns={columns}
        rowKey={(row) => row.id}
        rows={query.data?.accounts}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
      />
      <ThreeOfficers />
      <Suspense fallback={null}>
        {wasMaking && (
          <CreateModal
            isOpen={isMaking}
            onClose={() => setMaking(false)}
            onMade={(credentials) => {
              setMaking(false);
              setMade(credentials);
            }}
          />
        )}
        {wasMade && (
          <CredentialsModal
            credentials={made}
            onClose={() => {
              setMade(null);
              if (made) void navigate({ to: '/admin/accounts/$id', params: { id: made.account } });
            }}
          />
        )}
      </Suspense>
    </PageShell>
  );
}

function useFilters(orgs: Orgs): Filter<FilterName>[] {
  return useMemo(
    () => [
      { name: 'q', label: t('admin.login'), kind: 'text', placeholder: t('admin.login_hint') },
      {
        name: 'org',
        label: t('admin.org'),
        kind: 'choice',
        placeholder: t('admin.any'),
        options: [...orgs.divisions, ...orgs.bodies].map((node) => ({ value: node.org, label: node.name })),
      },
      {
        name: 'disabled',
        label: t('admin.state'),
        kind: 'choice',
        placeholder: t('admin.any'),
        options: [
          { value: '0', label: t('admin.enabled') },
          { value: '1', label: t('admin.disabled') },
        ],
      },
    ],
    [orgs],
  );
}

const accountColumns = (orgs: Orgs): Column<Account>[] => [
  {
    key: 'login',
    title: t('admin.login'),
    width: 150,
    isFixed: true,
    render: (row) => (
      <Link to="/admin/accounts/$id" params={{ id: row.id }}>
        {row.login}
      </Link>
    ),
  },
  { key: 'name', title: t('admin.name'), width: 140, card: 'wide', render: (row) => row.name },
  { key: 'org', title: t('admin.org'), width: 260, card: 'wide', render: (row) => orgName(orgs, row.org) },
  {
    key: 'state',
    title: t('admin.state'),
    width: 190,
    card: 'wide',
    render: (row) => <AccountTags account={row} />,
  },
  {
    key: 'created',
    title: t('admin.created_at'),
    width: 150,
    card: 'wide',
    isInstant: true,
    render: (row) => <span className="num">{instant(row.created_at)}</span>,
  },
  {
    key: 'password',
    title: t('admin.password_at'),
    width: 150,
    isExtra: true,
    render: (row) => <span className="num">{instant(row.password_changed_at)}</span>,
  },
];

/** 三员分立：各能做什么，没有列出的一律不许；出自接口的权限表。 */
function ThreeOfficers() {
  const { roles, separation } = useRoles();
  if (roles.length === 0) return null;
  return (
    <Panel title={t('admin.three')} aside={t('admin.three_aside')} className="admin-three">
      <div className="admin-cards">
        {roles
          .filter((role) => role.class.code === 'admin')
          .map((role) => (
            <section key={role.code}>
              <h3>{role.name}</h3>
              <ul className="admin-may">
                {mayLines(role).map((line) => (
                  <li key={line.resource}>
                    {t('admin.may_line', { resource: line.resource, actions: line.actions })}
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
      {separation.map((sentence) => (
        <p key={sentence} className="quiet">
          {sentence}
        </p>
      ))}
    </Panel>
  );
}
