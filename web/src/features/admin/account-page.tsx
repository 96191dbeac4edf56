import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { App, Button, Descriptions, Table } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t, tOf } from '@/messages/text';
import { Because } from '@/shared/because';
import { problemText } from '@/shared/form-faults';
import { instant, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import { useSession } from '@/shared/use-session';
import { AccountTags, orgName } from './account-tags';
import './admin.css';
import { CredentialsModal } from './credentials-modal';
import {
  type Account,
  accountNamesQuery,
  accountQuery,
  type Credentials,
  type Grant,
  grantsQuery,
  type OpenSession,
  sessionsQuery,
} from './queries';

/** Only one of the three officers grants: the others need no form. */
const GrantForm = lazy(async () => ({ default: (await import('./grant-form')).GrantForm }));

/** 一个账号：状态与处置、授权、会话。 */
export function AccountPage() {
  const { id } = useParams({ from: '/signed-in/admin/accounts/$id' });
  const query = useQuery(accountQuery(id));
  const session = useSession();
  const orgs = useOrgs();
  const account = query.data;
  if (!account) return <PageWaiting title={t('admin.accounts')} query={query} />;
  return (
    <PageShell
      title={account.name}
      up={<Link to="/admin/accounts">{t('admin.accounts')}</Link>}
      aside={
        <>
          <span className="code">{account.login}</span> <AccountTags account={account} />
        </>
      }
    >
      <Panel title={t('admin.about')}>
        <Descriptions
          size="small"
          column={{ xs: 1, md: 3 }}
          items={[
            { key: 'org', label: t('admin.org'), children: orgName(orgs, account.org) },
            { key: 'created', label: t('admin.created_at'), children: instantWithZone(account.created_at) },
            {
              key: 'password',
              label: t('admin.password_at'),
              children: instantWithZone(account.password_changed_at),
            },
            ...(account.disabled_at
              ? [
                  {
                    key: 'disabled',
                    label: t('admin.disabled_at'),
                    children: instantWithZone(account.disabled_at),
                  },
                ]
              : []),
          ]}
        />
        <Measures account={account} isSelf={account.id === session.account} />
      </Panel>
      <Grants account={account} isSelf={account.id === session.account} />
      {(may(session, 'session.list') || account.id === session.account) && <Sessions account={account} />}
    </PageShell>
  );
}

/** 处置：各由哪一员做；不能做的说出为什么。 */
function Measures({ account, isSelf }: { account: Account; isSelf: boolean }) {
  const session = useSession();
  const client = useQueryClient();
  const { modal, message } = App.useApp();
  const [shown, setShown] = useState<Credentials | null>(null);
  const params = { path: { id: account.id } };
  const settle = () => client.invalidateQueries({ queryKey: ['accounts', account.id] });
  const acts = {
    disable: () => taken(api.POST('/api/v1/accounts/{id}/disable', { params })),
    enable: () => taken(api.POST('/api/v1/accounts/{id}/enable', { params })),
    unlock: () => taken(api.POST('/api/v1/accounts/{id}/unlock', { params })),
    reset_totp: () => taken(api.POST('/api/v1/accounts/{id}/reset_totp', { params })),
    revoke_sessions: () => taken(api.POST('/api/v1/accounts/{id}/revoke_sessions', { params })),
    reset_password: async () => {
      const answer = await taken(api.POST('/api/v1/accounts/{id}/reset_password', { params }));
      setShown(answer.credentials);
    },
  };
  const ask = (name: keyof typeof acts) =>
    modal.confirm({
      title: t(`measure_ask.${name}`, { who: account.name }),
      content: t(`measure_hint.${name}`),
      okText: t(`measure.${name}`),
      onOk: async () => {
        try {
          await acts[name]();
          await settle();
          message.success(t('admin.done'));
        } catch (error) {
          message.error(problemText(asProblem(error)));
        }
      },
    });
  const why = (permission: `${string}.${string}`, who: string) =>
    isSelf ? t('admin.why_self') : may(session, permission) ? null : t('admin.why_not', { who });
  const security = t('role.security_admin');
  const systemOrSecurity = t('admin.either', { a: t('role.system_admin'), b: security });
  const buttons: { name: keyof typeof acts; why: string | null }[] = [
    account.disabled_at
      ? { name: 'enable', why: why('account.disable', systemOrSecurity) }
      : { name: 'disable', why: why('account.disable', systemOrSecurity) },
    {
      name: 'unlock',
      why: why('account.unlock', security) ?? (account.is_locked ? null : t('admin.why_not_locked')),
    },
    { name: 'reset_password', why: why('account.reset', security) },
    { name: 'reset_totp', why: why('account.reset', security) },
    {
      name: 'revoke_sessions',
      why: isSelf || may(session, 'session.revoke') ? null : t('admin.why_not', { who: security }),
    },
  ];
  return (
    <div className="admin-measures">
      {buttons.map((button) => (
        <Because key={button.name} why={button.why}>
          {(disabled) => (
            <Button size="small" disabled={disabled} onClick={() => ask(button.name)}>
              {t(`measure.${button.name}`)}
            </Button>
          )}
        </Because>
      ))}
      <CredentialsModal credentials={shown} onClose={() => setShown(null)} />
    </div>
  );
}

function Grants({ account, isSelf }: { account: Account; isSelf: boolean }) {
  const session = useSession();
  const orgs = useOrgs();
  const query = useQuery(grantsQuery(account.id));
  const names = useQuery(accountNamesQuery).data;
  const client = useQueryClient();
  const { modal, message } = App.useApp();
  const whyNot = isSelf
    ? t('admin.why_self')
    : may(session, 'account.grant_role')
      ? null
      : t('admin.why_not', { who: t('role.security_admin') });
  const revoke = (grant: Grant) =>
    modal.confirm({
      title: t('admin.revoke_ask', { role: grant.role.name, org: orgName(orgs, grant.org) }),
      content: t('admin.revoke_hint'),
      okText: t('admin.revoke'),
      onOk: async () => {
        try {
          await taken(api.POST('/api/v1/grants/{id}/revoke', { params: { path: { id: grant.id } } }));
          await client.invalidateQueries({ queryKey: ['accounts', account.id, 'grants'] });
          message.success(t('admin.done'));
        } catch (error) {
          message.error(problemText(asProblem(error)));
        }
      },
    });
  return (
    <Panel title={t('admin.grants')} aside={t('admin.grants_aside')}>
      <Loaded query={query} isEmpty={(grants) => grants.length === 0} empty={t('admin.grants_none')}>
        {(grants) => (
          <Table<Grant>
            aria-label={t('admin.grants')}
            size="small"
            rowKey={(grant) => grant.id}
            dataSource={grants}
            pagination={false}
            scroll={{ x: 760 }}
            columns={[
              { key: 'role', title: t('admin.role'), render: (_, grant) => grant.role.name },
              { key: 'org', title: t('admin.grant_org'), render: (_, grant) => orgName(orgs, grant.org) },
              {
                key: 'term',
                title: t('admin.term'),
                render: (_, grant) =>
                  grant.to_on
                    ? t('admin.term_of', { from: grant.from_on, to: grant.to_on })
                    : t('admin.term_open', { from: grant.from_on }),
              },
              {
                key: 'by',
                title: t('admin.granted_by'),
                render: (_, grant) =>
                  `${names?.find((it) => it.id === grant.granted_by)?.name ?? t('unit.none')}　${instant(grant.granted_at)}`,
              },
              {
                key: 'act',
                title: t('admin.act'),
                width: 90,
                render: (_, grant) => (
                  <Because why={whyNot}>
                    {(disabled) => (
                      <Button size="small" disabled={disabled} onClick={() => revoke(grant)}>
                        {t('admin.revoke')}
                      </Button>
                    )}
                  </Because>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {whyNot ? (
        <p className="quiet">{whyNot}</p>
      ) : (
        <Suspense fallback={null}>
          <GrantForm account={account} />
        </Suspense>
      )}
    </Panel>
  );
}

function Sessions({ account }: { account: Account }) {
  const query = useQuery(sessionsQuery(account.id));
  const session = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const isSelf = account.id === session.account;
  const ending = useMutation({
    mutationFn: (id: string) => taken(api.POST('/api/v1/sessions/{id}/revoke', { params: { path: { id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['accounts', account.id, 'sessions'] }),
    onError: (error) => message.error(problemText(asProblem(error))),
  });
  const whyNot =
    isSelf || may(session, 'session.revoke')
      ? null
      : t('admin.why_not', { who: tOf('role', 'security_admin') ?? '' });
  return (
    <Panel title={t('admin.sessions')} aside={t('admin.sessions_aside')}>
      <Loaded query={query} isEmpty={(sessions) => sessions.length === 0} empty={t('admin.sessions_none')}>
        {(sessions) => (
          <Table<OpenSession>
            aria-label={t('admin.sessions')}
            size="small"
            rowKey={(one) => one.id}
            dataSource={sessions}
            pagination={false}
            scroll={{ x: 640 }}
            columns={[
              { key: 'client', title: t('admin.client'), render: (_, one) => one.client },
              { key: 'created', title: t('admin.began_at'), render: (_, one) => instant(one.created_at) },
              { key: 'used', title: t('admin.used_at'), render: (_, one) => instant(one.last_used_at) },
              { key: 'expires', title: t('admin.expires_at'), render: (_, one) => instant(one.expires_at) },
              {
                key: 'act',
                title: t('admin.act'),
                width: 90,
                render: (_, one) => (
                  <Because why={one.id === session.id ? t('admin.why_this') : whyNot}>
                    {(disabled) => (
                      <Button size="small" disabled={disabled} onClick={() => ending.mutate(one.id)}>
                        {t('admin.end_session')}
                      </Button>
                    )}
                  </Because>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Panel>
  );
}
