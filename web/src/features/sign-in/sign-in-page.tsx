import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { api, holdCsrfToken } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import type { components } from '@/api/schema';
import { sessionQuery } from '@/api/session';
import { t } from '@/messages/text';
import { NewPasswordItems, problemText, setFaults } from '@/shared/form-faults';
import { PageWait, ProblemPage } from '@/shared/page-states';
import './sign-in.css';

type Stage = components['schemas']['SessionStage'];
type Opened = components['schemas']['SessionOpened'];

/** 登录：口令；有动态口令的再核对一步；首次登录的先改口令。 */
export function SignInPage() {
  const session = useQuery(sessionQuery);
  const { to } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const stage: Stage | null = session.data?.stage ?? null;
  useEffect(() => {
    document.title = t('shell.title', { page: t('sign_in.title') });
  }, []);
  useEffect(() => {
    if (stage === 'full') void navigate({ href: to ?? '/', replace: true });
  }, [stage, navigate, to]);
  const opened = async (answer: Opened) => {
    holdCsrfToken(answer.csrf_token);
    // Whoever signed in before may have seen other things.
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    await client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  if (session.error) {
    return <ProblemPage problem={asProblem(session.error)} onRetry={() => void session.refetch()} />;
  }
  return (
    <div className="sign-in">
      <header className="sign-in-head">
        <strong>{t('shell.product')}</strong>
        <span>{t('shell.product_full')}</span>
      </header>
      <main className="sign-in-main">
        <p className="sign-in-lead">{t('sign_in.lead')}</p>
        <div className="sign-in-card">
          {stage === 'second_factor' ? (
            <SecondFactor onOpened={opened} />
          ) : stage === 'change_password' ? (
            <FirstPassword onOpened={opened} />
          ) : stage === 'full' ? (
            // On the way to the page asked for: an empty form would look as if it had failed.
            <PageWait />
          ) : (
            <Password onOpened={opened} isEnded={to !== undefined} />
          )}
        </div>
        <p className="sign-in-notice">{t('sign_in.notice')}</p>
      </main>
    </div>
  );
}

interface StepProps {
  onOpened: (opened: Opened) => Promise<void>;
}

function Password({ onOpened, isEnded }: StepProps & { isEnded: boolean }) {
  const [refused, setRefused] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (body: { login: string; password: string }) => {
    setBusy(true);
    try {
      await onOpened(await taken(api.POST('/api/v1/sessions', { body })));
    } catch (error) {
      const problem = asProblem(error);
      setRefused(problem.status === 401 ? t('sign_in.refused') : problemText(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Step title={t('sign_in.heading')} refused={refused}>
      {isEnded && !refused && <p className="quiet">{t('sign_in.ended')}</p>}
      <Form layout="vertical" onFinish={submit} requiredMark={false} size="large">
        <Form.Item
          name="login"
          label={t('sign_in.login')}
          rules={[{ required: true, message: t('sign_in.required', { what: t('sign_in.login') }) }]}
        >
          <Input autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('sign_in.password')}
          rules={[{ required: true, message: t('sign_in.required', { what: t('sign_in.password') }) }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={isBusy}>
          {t('sign_in.submit')}
        </Button>
      </Form>
    </Step>
  );
}

function SecondFactor({ onOpened }: StepProps) {
  const [refused, setRefused] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [byRecovery, setByRecovery] = useState(false);
  const submit = async (body: { code: string }) => {
    setBusy(true);
    try {
      const answer = byRecovery
        ? api.POST('/api/v1/sessions/recovery_code', { body })
        : api.POST('/api/v1/sessions/totp', { body });
      await onOpened(await taken(answer));
    } catch (error) {
      const problem = asProblem(error);
      const wrong = byRecovery ? t('sign_in.recovery_refused') : t('sign_in.code_refused');
      setRefused(problem.status === 401 ? wrong : problemText(problem));
    } finally {
      setBusy(false);
    }
  };
  const label = byRecovery ? t('sign_in.recovery') : t('sign_in.code');
  const hint = byRecovery ? t('sign_in.recovery_hint') : t('sign_in.second_hint');
  return (
    <Step title={t('sign_in.second_title')} hint={hint} refused={refused} canRestart>
      <Form key={label} layout="vertical" onFinish={submit} requiredMark={false} size="large">
        <Form.Item
          name="code"
          label={label}
          rules={[{ required: true, message: t('sign_in.required', { what: label }) }]}
        >
          {byRecovery ? (
            <Input autoComplete="off" maxLength={40} autoFocus />
          ) : (
            <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} autoFocus />
          )}
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={isBusy}>
          {t('sign_in.verify')}
        </Button>
      </Form>
      <Button
        type="link"
        block
        style={{ marginTop: 8 }}
        onClick={() => {
          setByRecovery(!byRecovery);
          setRefused(null);
        }}
      >
        {byRecovery ? t('sign_in.to_code') : t('sign_in.to_recovery')}
      </Button>
    </Step>
  );
}

function FirstPassword({ onOpened }: StepProps) {
  const [form] = Form.useForm<{ current: string; new: string }>();
  const [refused, setRefused] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async ({ current, new: next }: { current: string; new: string }) => {
    setBusy(true);
    setRefused(null);
    try {
      const body = { current, new: next };
      await onOpened(await taken(api.POST('/api/v1/sessions/current/password', { body })));
    } catch (error) {
      const problem = asProblem(error);
      const told = problem.status === 401 ? t('sign_in.current_wrong') : setFaults(form, problem);
      setRefused(told);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Step title={t('sign_in.change_title')} hint={t('sign_in.change_hint')} refused={refused} canRestart>
      <Form form={form} layout="vertical" onFinish={submit} requiredMark={false} size="large">
        <NewPasswordItems />
        <Button type="primary" htmlType="submit" block loading={isBusy}>
          {t('sign_in.change')}
        </Button>
      </Form>
    </Step>
  );
}

function Step(props: {
  title: string;
  hint?: string;
  refused: string | null;
  canRestart?: boolean;
  children: ReactNode;
}) {
  const client = useQueryClient();
  const restart = async () => {
    await api.DELETE('/api/v1/sessions/current').catch(() => undefined);
    holdCsrfToken(null);
    client.setQueryData(sessionQuery.queryKey, null);
  };
  return (
    <>
      <h1>{props.title}</h1>
      {props.hint && <p className="quiet">{props.hint}</p>}
      {props.refused && (
        <Alert role="alert" type="error" showIcon title={props.refused} style={{ marginBottom: 16 }} />
      )}
      {props.children}
      {props.canRestart && (
        <Button type="link" block onClick={restart} style={{ marginTop: 8 }}>
          {t('sign_in.restart')}
        </Button>
      )}
    </>
  );
}
