import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, App, Button, Progress, Space } from 'antd';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t, tOf } from '@/messages/text';
import { download } from '@/shared/download';
import { problemText } from '@/shared/form-faults';
import { count, date, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { Panel } from '@/shared/page-shell';
import { SmallTable } from '@/shared/small-table';
import {
  type ForesightBody,
  type ForesightExample,
  type ForesightRule,
  type ForesightRunDetail,
  type ForesightTrial,
  runQuery,
  type TurnCount,
} from './foresight-queries';

/** 一次试算：做到哪里，多少案会变、怎样变，按规则、按机关，与看得到的例子。 */
export function RunPanels({ id }: { id: string }) {
  const query = useQuery(runQuery(id));
  return (
    <Loaded query={query}>
      {(run) => (
        <>
          <Summary run={run} />
          {run.change_count > 0 && <Counts run={run} />}
          {run.trials.length > 0 && <Trials all={run.trials} />}
          {run.change_count > 0 && <Examples run={run} />}
        </>
      )}
    </Loaded>
  );
}

function Summary({ run }: { run: ForesightRunDetail }) {
  const isRunning = run.state === 'running';
  const done = count(run.done_count);
  const percent = run.case_count === 0 ? 100 : Math.floor((run.done_count * 100) / run.case_count);
  return (
    <Panel
      title={t('foresight.run')}
      aside={`${run.candidate} ${run.version}`}
      actions={<Actions id={run.id} isRunning={isRunning} />}
    >
      {run.state === 'failed' && (
        <Alert
          type="error"
          showIcon
          title={t('foresight_state.failed')}
          description={run.failure}
          style={{ marginBottom: 8 }}
        />
      )}
      <p className="law-what" aria-live="polite">
        {run.state !== 'failed' && <b>{tOf('foresight_state', run.state) ?? run.state} </b>}
        {run.changed_case_count > 0
          ? t('foresight.sum', {
              done,
              changed: count(run.changed_case_count),
              places: count(run.change_count),
            })
          : t(run.state === 'done' ? 'foresight.unchanged' : 'foresight.unchanged_yet', { done })}
      </p>
      {isRunning && (
        <Progress
          percent={percent}
          aria-label={t('foresight.progress', { done, total: count(run.case_count) })}
        />
      )}
      {(run.state === 'cancelled' || run.state === 'failed') && (
        <p className="quiet">{t('foresight.partial')}</p>
      )}
      {run.has_over_cases && <p className="quiet">{t('foresight.over_cases')}</p>}
      <p className="quiet">
        {run.changes}；{t('foresight.as_of')} {date(run.as_of_on)}；{t('foresight.started_at')}{' '}
        {instantWithZone(run.started_at)}
      </p>
    </Panel>
  );
}

function Actions({ id, isRunning }: { id: string; isRunning: boolean }) {
  const client = useQueryClient();
  const { message } = App.useApp();
  const params = { path: { id } };
  const onError = (error: unknown) => message.error(problemText(asProblem(error)));
  const cancel = useMutation({
    mutationFn: () => taken(api.POST('/api/v1/foresight_runs/{id}/cancel', { params })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['foresight_runs'] });
      message.success(t('foresight.cancelled'));
    },
    onError,
  });
  const save = useMutation({
    mutationFn: async () => {
      const asked = api.POST('/api/v1/foresight_runs/{id}/export', { params, parseAs: 'blob' });
      download((await taken(asked)) as unknown as Blob, t('foresight.export_name'));
    },
    onSuccess: () => message.success(t('foresight.exported')),
    onError,
  });
  return (
    <Space>
      {isRunning && (
        <Button loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t('foresight.cancel')}
        </Button>
      )}
      <Button loading={save.isPending} onClick={() => save.mutate()}>
        {t('foresight.export')}
      </Button>
    </Space>
  );
}

const turnsText = (turns: TurnCount[]) =>
  turns.map((it) => t('foresight.turn', { name: it.turn.name, n: count(it.count) })).join('、');

function Counts({ run }: { run: ForesightRunDetail }) {
  return (
    <>
      <Panel title={t('foresight.by_rule')}>
        <SmallTable<ForesightRule>
          width={600}
          rowKey={(row) => row.rule.code}
          dataSource={run.by_rule}
          columns={[
            {
              key: 'rule',
              title: t('foresight.rule'),
              card: 'title',
              render: (row) => (
                <>
                  {row.rule.name} <span className="code">{row.rule.code}</span>
                </>
              ),
            },
            {
              key: 'turns',
              title: t('foresight.turns'),
              card: 'wide',
              render: (row) => turnsText(row.turns),
            },
          ]}
        />
      </Panel>
      <Panel title={t('foresight.by_body')}>
        <SmallTable<ForesightBody>
          width={640}
          rowKey={(row) => row.name}
          dataSource={run.by_body}
          columns={[
            { key: 'body', title: t('foresight.body'), card: 'title', render: (row) => row.name },
            {
              key: 'cases',
              title: t('foresight.cases'),
              width: 90,
              align: 'right',
              render: (row) => <span className="num">{count(row.case_count)}</span>,
            },
            {
              key: 'changed',
              title: t('foresight.changed'),
              width: 110,
              align: 'right',
              render: (row) => <span className="num">{count(row.changed_case_count)}</span>,
            },
            {
              key: 'turns',
              title: t('foresight.turns'),
              card: 'wide',
              render: (row) => turnsText(row.turns),
            },
          ]}
        />
      </Panel>
    </>
  );
}

function Trials({ all }: { all: ForesightTrial[] }) {
  const columns = [
    { key: 'violated_count', title: t('foresight.violated') },
    { key: 'doubt_count', title: t('foresight.doubt') },
    { key: 'near_count', title: t('foresight.near') },
    { key: 'undetermined_count', title: t('foresight.undetermined') },
  ] as const;
  return (
    <Panel title={t('foresight.trials')} aside={t('foresight.trials_aside')}>
      <SmallTable<ForesightTrial>
        width={600}
        rowKey={(row) => row.rule.code}
        dataSource={all}
        columns={[
          {
            key: 'rule',
            title: t('foresight.rule'),
            card: 'title',
            render: (row) => (
              <>
                {row.rule.name} <span className="code">{row.rule.code}</span>
              </>
            ),
          },
          ...columns.map(({ key, title }) => ({
            key,
            title,
            width: 90,
            align: 'right' as const,
            render: (row: ForesightTrial) => <span className="num">{count(row[key])}</span>,
          })),
        ]}
      />
    </Panel>
  );
}

function Examples({ run }: { run: ForesightRunDetail }) {
  return (
    <Panel title={t('foresight.examples')} aside={t('foresight.examples_aside')}>
      {run.examples.length === 0 ? (
        <p className="law-what">
          {run.may_see_cases ? t('foresight.examples_none') : t('foresight.not_permitted')}
        </p>
      ) : (
        <SmallTable<ForesightExample>
          width={980}
          rowKey={(row) => `${row.case} ${row.rule.code} ${row.turn.code} ${row.place}`}
          dataSource={run.examples}
          pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              key: 'case',
              title: t('foresight.case'),
              width: 190,
              card: 'title',
              render: (row) => (
                <>
                  <Link to="/cases/$id" params={{ id: row.case }}>
                    {row.case_number ?? row.case}
                  </Link>
                  {row.body_name && <div className="quiet">{row.body_name}</div>}
                </>
              ),
            },
            {
              key: 'rule',
              title: t('foresight.rule'),
              width: 180,
              render: (row) => row.rule.name,
            },
            { key: 'turn', title: t('foresight.turns'), width: 100, render: (row) => row.turn.name },
            { key: 'place', title: t('foresight.place'), width: 160, render: (row) => row.place },
            { key: 'before', title: t('foresight.before'), card: 'wide', render: (row) => row.before },
            { key: 'after', title: t('foresight.after'), card: 'wide', render: (row) => row.after },
          ]}
        />
      )}
    </Panel>
  );
}
