import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { App, Button, Descriptions } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t } from '@/messages/text';
import { Because } from '@/shared/because';
import { problemText } from '@/shared/form-faults';
import { instant, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { orgName, useOrgs } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import { ReasonModal } from '@/shared/reason-modal';
import { SmallTable } from '@/shared/small-table';
import { useSession } from '@/shared/use-session';
import { AccountTags } from './account-tags';
import './admin.css';
import { CredentialsModal } from './credentials-modal';
import {
  type Account,
  accountQuery,
  type Credentials,
  type Grant,
  grantsQuery,
  type OpenSession,
  sessionsQuery,
} from './queries';
import { useRoles } from './roles';

/** Only one of the three officers grants: the others need no form. */
const GrantForm = lazy(async () => ({ default: (await import('./grant-form')).GrantForm }));

/** 一个账号：状态与处置、授权、会话。 */
export function AccountPage() {
  const { id } = useParams({ from: '/signed-in/admin/accounts/$id' });
  const query = useQuery(accountQuery(id));
  const session = useSession();
  const orgs = useOrgs();
  const account = query.data;
  if (!account)
    return (
      <PageWaiting
        title={t('admin.accounts')}
        query={query}
        up={<Link to="/admin/accounts">{t('admin.accounts')}</Link>}
      />
    );
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

type Measure = 'disable' | 'enable' | 'unlock' | 'reset_password' | 'reset_totp' | 'revoke_sessions';

/** 处置：各由哪一员做；不能做的说出为什么，做的写明理由。 */
function Measures({ account, isSelf }: { account: Account; isSelf: boolean }) {
  const session = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const roles = useRoles();
  const [shown, setShown] = useState<Credentials | null>(null);
  const [asked, setAsked] = useState<Measure | null>(null);
  const acting = useMutation({
    mutationFn: async ({ name, reason }: { name: Measure; reason: string }) => {
      const sent = { params: { path: { id: account.id } }, body: { reason } };
      if (name === 'reset_password') {
        const answer = await taken(api.POST('/api/v1/accounts/{id}/reset_password', sent));
        setShown(answer.credentials);
      } else {
        await taken(api.POST(`/api/v1/accounts/{id}/${name}`, sent));
      }
    },
    onSuccess: async () => {
      setAsked(null);
      await client.invalidateQueries({ queryKey: ['accounts', account.id] });
      message.success(t('admin.done'));
    },
  });
  const open = (name: Measure) => {
    acting.reset();
    setAsked(name);
  };
  const why = (permission: `${string}.${string}`, who: string) =>
    isSelf ? t('admin.why_self') : may(session, permission) ? null : t('admin.why_not', { who });
  const security = roles.name('security_admin');
  const systemOrSecurity = t('admin.either', { a: roles.name('system_admin'), b: security });
  const buttons: { name: Measure; why: string | null }[] = [
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
            <Button size="small" disabled={disabled} onClick={() => open(button.name)}>
              {t(`measure.${button.name}`)}
            </Button>
          )}
        </Because>
      ))}
      {asked && (
        <ReasonModal
          isOpen
          title={t(`measure_ask.${asked}`, { who: account.name })}
          hint={t(`measure_hint.${asked}`)}
          okText={t(`measure.${asked}`)}
          isBusy={acting.isPending}
          failure={acting.error ? problemText(asProblem(acting.error)) : null}
          onCancel={() => setAsked(null)}
          onReason={(reason) => acting.mutate({ name: asked, reason })}
        />
      )}
      <CredentialsModal credentials={shown} onClose={() => setShown(null)} />
    </div>
  );
}

/** 授在哪里，连同条线。 */
const grantOrg = (grant: Grant) => {
  const org = grant.org === '/' ? t('org.whole') : (grant.org_name ?? grant.org);
  return grant.line ? t('admin.org_line', { org, line: grant.line.name }) : org;
};

function Grants({ account, isSelf }: { account: Account; isSelf: boolean }) {
  const session = useSession();
  const query = useQuery(grantsQuery(account.id));
  const roles = useRoles();
  const client = useQueryClient();
  const { message } = App.useApp();
  const whyNot = isSelf
    ? t('admin.why_self')
    : may(session, 'account.grant_role')
      ? null
      : t('admin.why_not', { who: roles.name('security_admin') });
  const [asked, setAsked] = useState<Grant | null>(null);
  const revoking = useMutation({
    mutationFn: ({ grant, reason }: { grant: Grant; reason: string }) =>
      taken(api.POST('/api/v1/grants/{id}/revoke', { params: { path: { id: grant.id } }, body: { reason } })),
    onSuccess: async () => {
      setAsked(null);
      await client.invalidateQueries({ queryKey: ['accounts', account.id, 'grants'] });
      message.success(t('admin.done'));
    },
  });
  const revoke = (grant: Grant) => {
    revoking.reset();
    setAsked(grant);
  };
  return (
    <Panel title={t('admin.grants')} aside={t('admin.grants_aside')}>
      <Loaded query={query} isEmpty={(grants) => grants.length === 0} empty={t('admin.grants_none')}>
        {(grants) => (
          <SmallTable<Grant>
            aria-label={t('admin.grants')}
            rowKey={(grant) => grant.id}
            dataSource={grants}
            width={760}
            columns={[
              { key: 'role', title: t('admin.role'), card: 'title', render: (grant) => grant.role.name },
              { key: 'org', title: t('admin.grant_org'), card: 'wide', render: (grant) => grantOrg(grant) },
              {
                key: 'term',
                title: t('admin.term'),
                card: 'wide',
                render: (grant) =>
                  grant.to_on
                    ? t('admin.term_of', { from: grant.from_on, to: grant.to_on })
                    : t('admin.term_open', { from: grant.from_on }),
              },
              {
                key: 'by',
                title: t('admin.granted_by'),
                card: 'wide',
                render: (grant) => `${grant.granted_by_name ?? t('unit.none')}　${instant(grant.granted_at)}`,
              },
              {
                key: 'act',
                title: t('admin.act'),
                width: 90,
                render: (grant) => (
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
      {asked && (
        <ReasonModal
          isOpen
          title={t('admin.revoke_ask', { role: asked.role.name, org: grantOrg(asked) })}
          hint={t('admin.revoke_hint')}
          okText={t('admin.revoke')}
          isBusy={revoking.isPending}
          failure={revoking.error ? problemText(asProblem(revoking.error)) : null}
          onCancel={() => setAsked(null)}
          onReason={(reason) => revoking.mutate({ grant: asked, reason })}
        />
      )}
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
  const roles = useRoles();
  const [asked, setAsked] = useState<string | null>(null);
  const ending = useMutation({
    mutationFn: ({ id, reason }: { id: string; reason?: string }) =>
      taken(
        api.POST('/api/v1/sessions/{id}/revoke', {
          params: { path: { id } },
          body: reason ? { reason } : {},
        }),
      ),
    onSuccess: () => {
      setAsked(null);
      return client.invalidateQueries({ queryKey: ['accounts', account.id, 'sessions'] });
    },
    onError: (error) => isSelf && message.error(problemText(asProblem(error))),
  });
  // Signing out elsewhere is one's own business; ending the session of another needs a reason.
  const end = (id: string) => {
    ending.reset();
    if (isSelf) ending.mutate({ id });
    else setAsked(id);
  };
  const whyNot =
    isSelf || may(session, 'session.revoke')
      ? null
      : t('admin.why_not', { who: roles.name('security_admin') });
  return (
    <Panel title={t('admin.sessions')} aside={t('admin.sessions_aside')}>
      <Loaded query={query} isEmpty={(sessions) => sessions.length === 0} empty={t('admin.sessions_none')}>
        {(sessions) => (
          <SmallTable<OpenSession>
            aria-label={t('admin.sessions')}
            rowKey={(one) => one.id}
            dataSource={sessions}
            width={640}
            columns={[
              { key: 'client', title: t('admin.client'), card: 'title', render: (one) => one.client },
              { key: 'created', title: t('admin.began_at'), render: (one) => instant(one.created_at) },
              { key: 'used', title: t('admin.used_at'), render: (one) => instant(one.last_used_at) },
              { key: 'expires', title: t('admin.expires_at'), render: (one) => instant(one.expires_at) },
              {
                key: 'act',
                title: t('admin.act'),
                width: 90,
                render: (one) => (
                  <Because why={one.id === session.id ? t('admin.why_this') : whyNot}>
                    {(disabled) => (
                      <Button size="small" disabled={disabled} onClick={() => end(one.id)}>
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
      {asked && (
        <ReasonModal
          isOpen
          title={t('admin.end_session_ask', { who: account.name })}
          hint={t('measure_hint.revoke_sessions')}
          okText={t('admin.end_session')}
          isBusy={ending.isPending}
          failure={ending.error ? problemText(asProblem(ending.error)) : null}
          onCancel={() => setAsked(null)}
          onReason={(reason) => ending.mutate({ id: asked, reason })}
        />
      )}
    </Panel>
  );
}
