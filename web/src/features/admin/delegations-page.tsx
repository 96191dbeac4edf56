import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Table, Typography } from 'antd';
import dayjs from 'dayjs';
import { lazy, Suspense } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t } from '@/messages/text';
import { problemText } from '@/shared/form-faults';
import { Loaded } from '@/shared/loaded';
import { PageShell, Panel } from '@/shared/page-shell';
import { StatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import './admin.css';
import { type Delegation, delegationsQuery } from './queries';
import { useRoles } from './roles';

/** Looking up and ending need no form. */
const DelegationForm = lazy(async () => ({ default: (await import('./delegation-form')).DelegationForm }));

/** 委托：作出的、收到的；可以提前结束。 */
export function DelegationsPage() {
  const query = useQuery(delegationsQuery);
  const session = useSession();
  const { roles } = useRoles();
  const delegable = new Set(roles.filter((role) => role.is_delegable).map((role) => role.code));
  const own = session.grants.filter((grant) => delegable.has(grant.role.code));
  return (
    <PageShell title={t('admin.delegations')}>
      <Panel title={t('admin.delegate')} aside={t('admin.delegate_aside')}>
        {roles.length === 0 ? null : own.length === 0 ? (
          <Alert type="info" showIcon title={t('admin.delegate_nothing')} />
        ) : (
          <Suspense fallback={null}>
            <DelegationForm own={own} />
          </Suspense>
        )}
        <p className="quiet">
          {t('admin.own_login')}{' '}
          <Typography.Text code copyable={{ tooltips: false }}>
            {session.login}
          </Typography.Text>
        </p>
      </Panel>
      <Loaded query={query}>
        {(data) => (
          <>
            <List title={t('admin.given')} rows={data.given} other="to" />
            <List title={t('admin.received')} rows={data.received} other="from" />
          </>
        )}
      </Loaded>
    </PageShell>
  );
}

function List(props: { title: string; rows: Delegation[]; other: 'from' | 'to' }) {
  const client = useQueryClient();
  const { modal, message } = App.useApp();
  const today = dayjs().format('YYYY-MM-DD');
  const isOver = (row: Delegation) => Boolean(row.ended_at) || Boolean(row.to_on && row.to_on <= today);
  const end = (row: Delegation) =>
    modal.confirm({
      title: t('admin.end_ask'),
      content: t('admin.end_hint'),
      okText: t('admin.end'),
      onOk: async () => {
        try {
          await taken(api.POST('/api/v1/delegations/{id}/end', { params: { path: { id: row.id } } }));
          await client.invalidateQueries({ queryKey: delegationsQuery.queryKey });
          message.success(t('admin.done'));
        } catch (error) {
          message.error(problemText(asProblem(error)));
        }
      },
    });
  return (
    <Panel title={props.title}>
      {props.rows.length === 0 ? (
        <p className="quiet">{t('admin.delegations_none')}</p>
      ) : (
        <Table<Delegation>
          aria-label={props.title}
          size="small"
          rowKey={(row) => row.id}
          dataSource={props.rows}
          pagination={false}
          scroll={{ x: 860 }}
          columns={[
            {
              key: 'other',
              title: props.other === 'to' ? t('admin.to_whom') : t('admin.from_whom'),
              render: (_, row) => (props.other === 'to' ? row.to_name : row.from_name) ?? t('unit.none'),
            },
            {
              key: 'roles',
              title: t('admin.role'),
              render: (_, row) => row.roles.map((it) => it.name).join('、'),
            },
            {
              key: 'org',
              title: t('admin.grant_org'),
              render: (_, row) => (row.org === '/' ? t('org.whole') : (row.org_name ?? row.org)),
            },
            {
              key: 'term',
              title: t('admin.term'),
              render: (_, row) =>
                row.to_on
                  ? t('admin.term_of', { from: row.from_on, to: row.to_on })
                  : t('admin.term_open', { from: row.from_on }),
            },
            { key: 'reason', title: t('admin.reason'), render: (_, row) => row.reason },
            {
              key: 'act',
              title: t('admin.act'),
              width: 110,
              render: (_, row) =>
                isOver(row) ? (
                  <StatusTag>{t('admin.over')}</StatusTag>
                ) : (
                  <Button size="small" onClick={() => end(row)}>
                    {t('admin.end')}
                  </Button>
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
