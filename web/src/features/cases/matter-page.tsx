import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Descriptions } from 'antd';
import { lazy } from 'react';
import type { MatterSummary, SupervisedFinding } from '@/api/types';
import { t } from '@/messages/text';
import { Due } from '@/shared/due';
import { count, date, instant } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import type { CaseSearch } from '@/shared/search/case';
import { SmallTable } from '@/shared/small-table';
import { SeverityTag, StatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import './case.css';
import { matterQuery } from './matter-queries';
import { caseQuery } from './queries';
import { type Face, TimelineBody } from './timeline-body';
import { TimelineTab } from './timeline-tab';

const FindingsTab = lazy(async () => ({ default: (await import('./findings-tab')).FindingsTab }));
const DutiesTab = lazy(async () => ({ default: (await import('./duties-tab')).DutiesTab }));

/** 一件监督事项：所监督的发现现在的样子、下一步、经过与期限；被监督机关的只有送达的那一面。 */
export function MatterPage() {
  const { id } = useParams({ from: '/signed-in/matters/$id' });
  const search = useSearch({ from: '/signed-in/matters/$id' });
  const navigate = useNavigate({ from: '/matters/$id' });
  const query = useQuery(matterQuery(id));
  const go = (next: CaseSearch) => void navigate({ search: next, resetScroll: false });
  const found = query.data;
  if (!found) {
    return (
      <PageWaiting
        title={t('matters.one')}
        query={query}
        up={<Link to="/matters">{t('matters.title')}</Link>}
      />
    );
  }
  const { matter } = found;
  const faces: Face[] = [
    {
      key: 'timeline',
      label: t('matters.tab_timeline'),
      children: <Passed id={id} isWhole={matter.is_whole} onOpen={go} />,
    },
    {
      key: 'duties',
      label: t('matters.tab_duties'),
      children: <DutiesTab id={id} open={search.duty} onOpen={go} />,
    },
    ...(matter.is_whole
      ? [
          {
            key: 'findings' as const,
            label: t('matters.tab_findings'),
            children: <OwnFindings id={id} open={search.finding} onOpen={go} />,
          },
        ]
      : []),
  ];
  return (
    <PageShell
      title={matter.number ?? t('matters.unnumbered')}
      up={<Link to="/matters">{t('matters.title')}</Link>}
      aside={matter.state && <StatusTag tone="info">{matter.state.name}</StatusTag>}
    >
      <TimelineBody
        id={id}
        procedure={matter.procedure?.code}
        search={search}
        onSearch={go}
        head={
          <>
            <Head matter={matter} problem={found.problem} />
            <Findings findings={found.findings} hidden={found.hidden_count} />
          </>
        }
        faces={faces}
      />
    </PageShell>
  );
}

/** 经过：看全部的连同每一步；否则只有送达的与自己答复的。 */
function Passed(props: { id: string; isWhole: boolean; onOpen: (search: CaseSearch) => void }) {
  const whole = useQuery({ ...caseQuery(props.id), enabled: props.isWhole }).data;
  return (
    <>
      {!props.isWhole && <p className="quiet">{t('matters.served_only')}</p>}
      <TimelineTab
        found={{ id: props.id, instances: whole?.instances ?? [] }}
        isMatter
        hasFindings={props.isWhole}
        onOpen={props.onOpen}
      />
    </>
  );
}

/** 办这一件监督本身的发现：通知迟了、没有验收之类。 */
function OwnFindings(props: { id: string; open: string | undefined; onOpen: (search: CaseSearch) => void }) {
  const query = useQuery(caseQuery(props.id));
  return (
    <Loaded query={query}>
      {(whole) => <FindingsTab found={whole} open={props.open} onOpen={props.onOpen} />}
    </Loaded>
  );
}

function Head({ matter, problem }: { matter: MatterSummary; problem: string | null | undefined }) {
  const items = [
    { key: 'body', label: t('matters.body'), children: matter.body_name ?? t('unit.none') },
    { key: 'source', label: t('matters.source'), children: matter.source?.name ?? t('unit.none') },
    {
      key: 'due',
      label: t('matters.due'),
      children: <Due on={matter.due_on} remaining={matter.due_in_working_days} />,
    },
    {
      key: 'served',
      label: t('matters.is_served'),
      children: matter.is_served ? t('matters.served') : t('matters.not_served'),
    },
    { key: 'last', label: t('matters.last'), children: date(matter.last_on) },
    { key: 'closed', label: t('matters.closed'), children: date(matter.closed_on) },
    ...(problem
      ? [{ key: 'problem', label: t('matters.problem'), span: 'filled' as const, children: problem }]
      : []),
  ];
  return (
    <div className="case-head">
      <Descriptions size="small" column={{ xs: 1, sm: 2, lg: 3 }} items={items} />
    </div>
  );
}

/** 所监督的发现：在各自的案件上现在的样子。 */
function Findings({ findings, hidden }: { findings: SupervisedFinding[]; hidden: number }) {
  const session = useSession();
  return (
    <Panel title={t('matters.findings')} aside={t('matters.findings_aside')}>
      {hidden > 0 && <p className="quiet">{t('matters.findings_hidden', { n: count(hidden) })}</p>}
      <SmallTable<SupervisedFinding>
        aria-label={t('matters.findings')}
        rowKey={(row) => row.id}
        dataSource={findings}
        locale={{ emptyText: <div className="page-wait">{t('matters.findings_none')}</div> }}
        width={620}
        columns={[
          {
            key: 'rule',
            title: t('matters.finding'),
            card: 'title',
            render: (row) => (
              <>
                <SeverityTag severity={row.severity} /> {row.rule.name}{' '}
                <span className="code">{row.rule.code}</span>
              </>
            ),
          },
          {
            key: 'case',
            title: t('matters.case'),
            width: 190,
            card: 'wide',
            render: (row) => {
              const number = row.case_number ?? t('cases.unnumbered');
              // Whoever answers for the body need not see its cases.
              if (!may(session, 'case.read')) return number;
              return (
                <Link to="/cases/$id" params={{ id: row.case }} search={{ tab: 'findings', finding: row.id }}>
                  {number}
                </Link>
              );
            },
          },
          {
            key: 'now',
            title: t('matters.now'),
            width: 200,
            card: 'wide',
            render: (row) =>
              row.ended_at ? (
                <StatusTag tone="good">{t('matters.gone', { at: instant(row.ended_at) })}</StatusTag>
              ) : (
                <StatusTag tone="bad">{t('matters.standing')}</StatusTag>
              ),
          },
        ]}
      />
    </Panel>
  );
}
