import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asProblem } from '@/api/problem';
import { t } from '@/messages/text';
import { PageWait, ProblemPage, StaleNote } from './page-states';

/** 取来的数据：等着、没有取到、空的各有样子；再取失败而手里有旧的，照旧显示并说明。 */
export function Loaded<T>(props: {
  query: UseQueryResult<T>;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { query } = props;
  if (query.data === undefined) {
    return query.error ? (
      <ProblemPage problem={asProblem(query.error)} onRetry={() => void query.refetch()} />
    ) : (
      <PageWait />
    );
  }
  return (
    <>
      {query.error && <StaleNote error={query.error} onRetry={() => void query.refetch()} />}
      {props.isEmpty?.(query.data) ? (
        <div className="page-wait">{props.empty ?? t('page.empty')}</div>
      ) : (
        props.children(query.data)
      )}
    </>
  );
}
