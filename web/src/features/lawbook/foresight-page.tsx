import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { api } from '@/api/client';
import { asProblem, taken } from '@/api/problem';
import { t, tOf } from '@/messages/text';
import { Because } from '@/shared/because';
import { problemText } from '@/shared/form-faults';
import { count, date, instant } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { PageShell, Panel } from '@/shared/page-shell';
import { SmallTable } from '@/shared/small-table';
import { useOnce } from '@/shared/use-once';
import { CandidatePanel } from './foresight-candidate';
import { type Candidate, candidatesQuery, type ForesightRun, runsQuery } from './foresight-queries';
import { RunPanels } from './foresight-run';
import { LawbookNav } from './lawbook-nav';

/** 换法典之前先看后果：选一部候选的法典，看它改了什么；开始试算，看案件会怎样变。 */
export function ForesightPage() {
  const candidates = useQuery(candidatesQuery);
  return (
    <PageShell title={t('foresight.title')} aside={<span className="quiet">{t('foresight.aside')}</span>}>
      <LawbookNav />
      <Loaded query={candidates}>
        {(held) => (
          <>
            {held.is_configured ? (
              <Candidates all={held.lawbook_candidates} />
            ) : (
              <Panel title={t('foresight.candidate')}>
                <p className="law-what">{t('foresight.unconfigured')}</p>
              </Panel>
            )}
            <Runs />
          </>
        )}
      </Loaded>
    </PageShell>
  );
}

function Candidates({ all }: { all: Candidate[] }) {
  const search = useSearch({ from: '/signed-in/lawbook/foresight' });
  const navigate = useNavigate({ from: '/lawbook/foresight' });
  const choose = (candidate: string) =>
    void navigate({ search: { ...search, candidate }, replace: true, resetScroll: false });
  const chosen = all.find((it) => it.name === search.candidate);
  return (
    <>
      <Panel title={t('foresight.candidate')} aside={t('foresight.candidates_aside')}>
        {all.length === 0 ? (
          <p className="law-what">{t('foresight.none')}</p>
        ) : (
          <SmallTable<Candidate>
            width={760}
            rowKey={(row) => row.name}
            dataSource={all}
            columns={[
              {
                key: 'name',
                title: t('foresight.candidate'),
                width: 200,
                card: 'title',
                render: (row) => (
                  <Button type="link" size="small" onClick={() => choose(row.name)}>
                    {row.name}
                  </Button>
                ),
              },
              {
                key: 'changes',
                title: t('foresight.changes'),
                card: 'wide',
                render: (row) => row.changes ?? <b>{t('foresight.broken')}</b>,
              },
              {
                key: 'affected',
                title: t('foresight.affected'),
                width: 130,
                align: 'right',
                card: 'wide',
                render: (row) =>
                  row.changes ? (
                    <span className="num">{count(row.affected_rule_count)}</span>
                  ) : (
                    t('unit.none')
                  ),
              },
              {
                key: 'from',
                title: t('foresight.affects_from'),
                width: 130,
                card: 'wide',
                render: (row) =>
                  row.affects_from_on
                    ? t('foresight.from_on', { on: date(row.affects_from_on) })
                    : t('unit.none'),
              },
            ]}
          />
        )}
      </Panel>
      {chosen && <CandidatePanel key={chosen.name} name={chosen.name} actions={<Start of={chosen} />} />}
    </>
  );
}

/** 开始试算；同一部正在试的、不能用的不给开始，说出为什么。 */
function Start({ of }: { of: Candidate }) {
  const navigate = useNavigate({ from: '/lawbook/foresight' });
  const client = useQueryClient();
  const { message } = App.useApp();
  const runs = useQuery(runsQuery).data;
  const once = useOnce();
  const isRunning = runs?.some((run) => run.candidate === of.name && run.state === 'running');
  const why =
    of.faults.length > 0 ? t('foresight.broken') : isRunning ? t('foresight.running_elsewhere') : null;
  const start = useMutation({
    mutationFn: async () => {
      const body = { candidate: of.name };
      const asked = { body, version: of.version, after: runs?.[0]?.id };
      const header = { 'Idempotency-Key': once(asked) };
      return (await taken(api.POST('/api/v1/foresight_runs', { params: { header }, body }))).foresight_run;
    },
    onSuccess: async (run) => {
      message.success(t('foresight.started'));
      await client.invalidateQueries({ queryKey: ['foresight_runs'] });
      void navigate({ search: { candidate: of.name, run: run.id }, resetScroll: false });
    },
    onError: (error) => message.error(problemText(asProblem(error))),
  });
  return (
    <Because why={why}>
      {(disabled) => (
        <Button type="primary" disabled={disabled} loading={start.isPending} onClick={() => start.mutate()}>
          {t('foresight.start')}
        </Button>
      )}
    </Because>
  );
}

function Runs() {
  const search = useSearch({ from: '/signed-in/lawbook/foresight' });
  const navigate = useNavigate({ from: '/lawbook/foresight' });
  const query = useQuery(runsQuery);
  const look = (run: string) => void navigate({ search: { ...search, run }, resetScroll: false });
  return (
    <>
      {search.run && <RunPanels key={search.run} id={search.run} />}
      <Panel title={t('foresight.runs')} aside={t('foresight.runs_aside')}>
        <Loaded query={query} isEmpty={(runs) => runs.length === 0} empty={t('foresight.runs_none')}>
          {(runs) => (
            <SmallTable<ForesightRun>
              width={760}
              rowKey={(row) => row.id}
              dataSource={runs}
              columns={[
                {
                  key: 'candidate',
                  title: t('foresight.candidate'),
                  card: 'title',
                  render: (row) => (
                    <Button type="link" size="small" onClick={() => look(row.id)}>
                      {row.candidate}
                    </Button>
                  ),
                },
                {
                  key: 'started',
                  title: t('foresight.started_in_zone'),
                  width: 170,
                  card: 'wide',
                  render: (row) => <span className="num">{instant(row.started_at)}</span>,
                },
                {
                  key: 'state',
                  title: t('foresight.state'),
                  width: 100,
                  render: (row) => tOf('foresight_state', row.state) ?? row.state,
                },
                {
                  key: 'progress',
                  title: t('foresight.cases'),
                  width: 150,
                  align: 'right',
                  render: (row) => (
                    <span className="num">
                      {t('foresight.progress', { done: count(row.done_count), total: count(row.case_count) })}
                    </span>
                  ),
                },
                {
                  key: 'changed',
                  title: t('foresight.changed'),
                  width: 110,
                  align: 'right',
                  render: (row) => <span className="num">{count(row.changed_case_count)}</span>,
                },
              ]}
            />
          )}
        </Loaded>
      </Panel>
    </>
  );
}
