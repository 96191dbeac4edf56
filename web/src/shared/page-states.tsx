import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Button, Result, Spin } from 'antd';
import { type ReactNode, useEffect } from 'react';
import { asProblem, type Problem } from '@/api/problem';
import { t } from '@/messages/text';
import { problemDetail } from './problem-words';

/** 等着。 */
export function PageWait() {
  return (
    <output className="page-wait">
      <Spin /> {t('page.loading')}
    </output>
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
  const problem = asProblem(error);
  if (problem.status > 0) return <ProblemPage problem={problem} onRetry={reset} />;
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
