import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Alert, Button, Result, Spin } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { asProblem, Problem } from '@/api/problem';
import { t } from '@/messages/text';
import { problemDetail } from './problem-words';

/** 等了这么久还没有答复，就说明一句。 */
const LONG_AFTER_MS = 10_000;

/** 等着；等得久了，说还在等、可以怎么办。 */
export function PageWait() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <output className="page-wait">
      <Spin /> {t('page.loading')}
      {isLong && <div className="quiet">{t('page.loading_long')}</div>}
    </output>
  );
}

/** 再取没有取到，手里有旧的：说明下面是旧的，可以再试。 */
export function StaleNote({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const problem = asProblem(error);
  const title = problem.status === 0 ? t('page.unreachable') : (problem.body?.title ?? t('page.failed'));
  return (
    <Alert
      type="warning"
      showIcon
      banner
      title={t('page.stale', { title })}
      action={
        <Button size="small" onClick={onRetry}>
          {t('page.retry')}
        </Button>
      }
      style={{ marginBottom: 8 }}
    />
  );
}

/** 没有这一页：整页都是它，标题由它写。 */
export function AddressMissing() {
  useEffect(() => {
    document.title = t('shell.title', { page: t('page.not_found') });
  }, []);
  return <PageMissing title={<h1 className="page-state-title">{t('page.not_found')}</h1>} />;
}

/** 没有这一件：标题由所在的页写。 */
export function PageMissing({ title = t('page.not_found') }: { title?: ReactNode }) {
  return (
    <Result
      status="info"
      title={title}
      subTitle={t('page.not_found_hint')}
      extra={<Link to="/">{t('page.back_home')}</Link>}
    />
  );
}

/** 页面自己出了故障。 */
export function PageCrash({ error, reset }: ErrorComponentProps) {
  // Asking who is signed in may fail as any other question may: the line is cut, the server is busy.
  if (error instanceof Problem) return <ProblemPage problem={error} onRetry={reset} />;
  return (
    <Result
      status="error"
      title={<h1 className="page-state-title">{t('page.crash')}</h1>}
      subTitle={
        <>
          <div>{t('page.crash_hint')}</div>
          {error instanceof Error && <small>{error.message}</small>}
        </>
      }
      extra={
        <Button type="primary" onClick={reset}>
          {t('page.retry')}
        </Button>
      }
    />
  );
}

/** 没有取到：说清原因与办法。 */
export function ProblemPage({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  if (problem.status === 404) return <PageMissing />;
  const isForbidden = problem.status === 403;
  const isUnreachable = problem.status === 0;
  const title = isForbidden
    ? t('page.forbidden')
    : isUnreachable
      ? t('page.unreachable')
      : (problem.body?.title ?? t('page.failed'));
  const hint = isForbidden
    ? t('page.forbidden_hint')
    : isUnreachable
      ? t('page.unreachable_hint')
      : problemDetail(problem);
  return (
    <Result
      status={isForbidden ? 'warning' : 'error'}
      title={title}
      subTitle={
        <>
          <div>{hint}</div>
          {/* Nothing went wrong where no right was given: the log says no more than this page. */}
          {problem.traceId && !isForbidden && <small>{t('page.trace', { id: problem.traceId })}</small>}
        </>
      }
      extra={
        onRetry &&
        !isForbidden && (
          <Button type="primary" onClick={onRetry}>
            {t('page.retry')}
          </Button>
        )
      }
    />
  );
}
