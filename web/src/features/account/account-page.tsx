import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Form, Input, QRCode } from 'antd';
import { useState } from 'react';
import { api, holdCsrfToken } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { sessionQuery } from '@/api/session';
import type { Session } from '@/api/types';
import { t } from '@/messages/text';
import { NewPasswordItems, problemText, setFaults } from '@/shared/form-faults';
import { date, instantWithZone } from '@/shared/format';
import { PageShell, Panel } from '@/shared/page-shell';
import { useSession } from '@/shared/use-session';

/** 我的账号：授权、改口令、动态口令。 */
export function AccountPage() {
  const session = useSession();
  return (
    <PageShell title={t('account.title')}>
      <Panel title={t('account.who')}>
        <Descriptions
          size="small"
          bordered
          column={{ xs: 1, md: 3 }}
          styles={{ label: { width: 110 } }}
          items={[
            { key: 'name', label: t('account.name'), children: session.name },
            { key: 'login', label: t('sign_in.login'), children: session.login },
            { key: 'until', label: t('account.until'), children: instantWithZone(session.expires_at) },
          ]}
        />
        <Grants title={t('account.grants')} grants={session.grants} />
        {session.delegated.length > 0 && <Grants title={t('account.delegated')} grants={session.delegated} />}
      </Panel>
      <div className="account-two">
        <ChangePassword />
        <SecondFactor />
      </div>
    </PageShell>
  );
}

function Grants({ title, grants }: { title: string; grants: Session['grants'] }) {
  return (
    <>
      <h3 className="account-sub">{title}</h3>
      {grants.length === 0 && <p className="quiet">{t('account.grants_none')}</p>}
      <ul className="account-grants">
        {grants.map((grant) => (
          <li key={`${grant.role.code} ${grant.org} ${grant.from_on}`}>
            <strong>{grant.role.name}</strong>
            <span>{grant.org_name}</span>
            <span className="quiet">
              {grant.to_on
                ? t('account.term', { from: date(grant.from_on), to: date(grant.to_on) })
                : t('account.term_open', { from: date(grant.from_on) })}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function ChangePassword() {
  const [form] = Form.useForm<{ current: string; new: string; again: string }>();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [refused, setRefused] = useState<string | null>(null);
  const change = useMutation({
    mutationFn: (body: { current: string; new: string }) =>
      taken(api.POST('/api/v1/sessions/current/password', { body })),
    onSuccess: async (opened) => {
      holdCsrfToken(opened.csrf_token);
      form.resetFields();
      setRefused(null);
      message.success(t('account.password_changed'));
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
    onError: (error) => {
      const problem = asProblem(error);
      setRefused(problem.status === 401 ? t('sign_in.current_wrong') : setFaults(form, problem));
    },
  });
  return (
    <Panel title={t('account.password')}>
      {refused && <Alert type="error" showIcon title={refused} style={{ marginBottom: 12 }} />}
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ current, new: next }) => change.mutate({ current, new: next })}
      >
        <NewPasswordItems />
        <Button type="primary" htmlType="submit" loading={change.isPending}>
          {t('account.password_change')}
        </Button>
      </Form>
    </Panel>
  );
}

function SecondFactor() {
  const { message } = App.useApp();
  const [refused, setRefused] = useState<string | null>(null);
  const [isRemoving, setRemoving] = useState(false);
  const fail = (error: unknown) => {
    const problem = asProblem(error);
    setRefused(problem.status === 401 ? t('sign_in.code_refused') : problemText(problem));
  };
  const enrol = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/totp')),
    onSuccess: () => setRefused(null),
    onError: fail,
  });
  const confirm = useMutation({
    mutationFn: (body: { code: string }) => taken(api.POST('/api/v1/totp/confirm', { body })),
    onSuccess: () => {
      enrol.reset();
      setRefused(null);
      message.success(t('account.totp_on'));
    },
    onError: fail,
  });
  const disable = useMutation({
    mutationFn: (body: { code: string }) => taken(api.POST('/api/v1/totp/disable', { body })),
    onSuccess: () => {
      setRemoving(false);
      setRefused(null);
      message.success(t('account.totp_off'));
    },
    onError: fail,
  });
  const made = enrol.data?.totp;
  return (
    <Panel title={t('account.totp')}>
      <p className="quiet">{t('account.totp_hint')}</p>
      {refused && <Alert type="error" showIcon title={refused} style={{ marginBottom: 12 }} />}
      {made ? (
        <>
          <p>{t('account.totp_scan')}</p>
          <div className="account-qr">
            <QRCode value={made.uri} type="svg" size={176} aria-label={t('account.totp_qr')} />
            <div>
              <div className="quiet">{t('account.totp_secret')}</div>
              <code className="account-secret">{made.secret.replace(/(.{4})/g, '$1 ').trim()}</code>
            </div>
          </div>
          <CodeForm label={t('account.totp_confirm')} isBusy={confirm.isPending} onCode={confirm.mutate} />
        </>
      ) : isRemoving ? (
        <CodeForm label={t('account.totp_disable')} isBusy={disable.isPending} onCode={disable.mutate} />
      ) : (
        <div style={{ display: 'flex', gap: 8 }}>
          <Button type="primary" loading={enrol.isPending} onClick={() => enrol.mutate()}>
            {t('account.totp_enrol')}
          </Button>
          <Button onClick={() => setRemoving(true)}>{t('account.totp_disable')}</Button>
        </div>
      )}
    </Panel>
  );
}

function CodeForm(props: { label: string; isBusy: boolean; onCode: (body: { code: string }) => void }) {
  return (
    <Form layout="inline" onFinish={props.onCode} requiredMark={false}>
      <Form.Item
        name="code"
        label={t('sign_in.code')}
        rules={[{ required: true, message: t('sign_in.required', { what: t('sign_in.code') }) }]}
      >
        <Input
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={6}
          style={{ width: 110 }}
          autoFocus
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={props.isBusy}>
        {props.label}
      </Button>
    </Form>
  );
}
