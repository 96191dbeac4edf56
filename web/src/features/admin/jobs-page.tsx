import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useMemo } from 'react';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t, tOf } from '@/messages/text';
import { Because } from '@/shared/because';
import { type Column, DataTable } from '@/shared/data-table';
import { problemText } from '@/shared/form-faults';
import { count, instant } from '@/shared/format';
import { may } from '@/shared/may';
import { PageShell } from '@/shared/page-shell';
import { useSession } from '@/shared/use-session';
import { type Job, jobsQuery } from './queries';
import type { JobsSearch } from './search';

/** 判为失败的后台任务：为何失败，再试一次。 */
export function JobsPage() {
  const search = useSearch({ from: '/signed-in/admin/jobs' });
  const navigate = useNavigate({ from: '/admin/jobs' });
  const session = useSession();
  const client = useQueryClient();
  const { message } = App.useApp();
  const query = useQuery(jobsQuery(search));
  const { mutate, isPending, variables } = useMutation({
    mutationFn: (id: string) => taken(api.POST('/api/v1/jobs/{id}/retry', { params: { path: { id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['jobs'] });
      message.success(t('admin.retried'));
    },
    onError: (error) => message.error(problemText(asProblem(error))),
  });
  const why = may(session, 'job.retry') ? null : t('admin.why_not', { who: t('role.system_admin') });
  const columns = useMemo<Column<Job>[]>(
    () => [
      {
        key: 'kind',
        title: t('admin.job'),
        width: 220,
        isFixed: true,
        render: (row) => tOf('job_kind', row.kind) ?? row.kind,
      },
      { key: 'error', title: t('admin.error'), width: 460, card: 'wide', render: (row) => row.error },
      {
        key: 'attempts',
        title: t('admin.attempts'),
        width: 90,
        align: 'right',
        render: (row) => <span className="num">{count(row.attempts)}</span>,
      },
      {
        key: 'failed',
        title: t('admin.failed_at'),
        width: 150,
        isInstant: true,
        render: (row) => <span className="num">{instant(row.failed_at)}</span>,
      },
      {
        key: 'act',
        title: t('admin.act'),
        width: 100,
        render: (row) => (
          <Because why={why}>
            {(disabled) => (
              <Button
                size="small"
                disabled={disabled}
                loading={isPending && variables === row.id}
                onClick={() => mutate(row.id)}
              >
                {t('admin.retry')}
              </Button>
            )}
          </Because>
        ),
      },
    ],
    [why, mutate, isPending, variables],
  );
  return (
    <PageShell title={t('admin.jobs')} aside={<span className="quiet">{t('admin.jobs_aside')}</span>}>
      <DataTable
        name={t('admin.jobs')}
        columns={columns}
        rowKey={(row) => row.id}
        rows={query.data?.jobs}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={(next) => void navigate({ search: next as JobsSearch })}
        emptyTitle={t('admin.jobs_none')}
      />
    </PageShell>
  );
}
