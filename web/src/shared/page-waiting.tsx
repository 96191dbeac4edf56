import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asProblem } from '@/api/problem';
import { PageShell } from './page-shell';
import { PageWait, ProblemPage } from './page-states';

/** 一页的主要数据还没有：等着，或没有取到；题名、上一级与同级的各面照有，走得开。 */
export function PageWaiting<T>(props: {
  title: string;
  query: UseQueryResult<T>;
  up?: ReactNode;
  nav?: ReactNode;
}) {
  const { query } = props;
  return (
    <PageShell title={props.title} up={props.up}>
      {props.nav}
      {query.error ? (
        <ProblemPage problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
      ) : (
        <PageWait />
      )}
    </PageShell>
  );
}
