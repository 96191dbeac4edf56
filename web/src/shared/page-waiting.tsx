import type { UseQueryResult } from '@tanstack/react-query';
import { asProblem } from '@/api/problem';
import { PageShell } from './page-shell';
import { PageWait, ProblemPage } from './page-states';

/** 一页的主要数据还没有：等着，或没有取到；题名照有。 */
export function PageWaiting<T>({ title, query }: { title: string; query: UseQueryResult<T> }) {
  return (
    <PageShell title={title}>
      {query.error ? (
        <ProblemPage problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <PageWait />
      )}
    </PageShell>
  );
}
