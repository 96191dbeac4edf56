import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Badge } from 'antd';
import { lazy } from 'react';
import { t } from '@/messages/text';
import { count } from '@/shared/format';
import { may } from '@/shared/may';
import { PageShell } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import type { CaseSearch, CaseTab } from '@/shared/search/case';
import { useSession } from '@/shared/use-session';
import './case.css';
import { CaseHead } from './case-head';
import { FindingsTab } from './findings-tab';
import { LinksPanel } from './links-panel';
import { caseQuery, proceduresQuery } from './queries';
import { TimelineBody } from './timeline-body';
import { TimelineTab } from './timeline-tab';

/** One reads what happened first: the tables of the other faces come when they are opened. */
const DutiesTab = lazy(async () => ({ default: (await import('./duties-tab')).DutiesTab }));
const PapersTab = lazy(async () => ({ default: (await import('./papers-tab')).PapersTab }));
const PeopleTab = lazy(async () => ({ default: (await import('./people-tab')).PeopleTab }));
const DiscretionTab = lazy(async () => ({ default: (await import('./discretion-tab')).DiscretionTab }));
const ScoreTab = lazy(async () => ({ default: (await import('./score-tab')).ScoreTab }));
const DisclosureTab = lazy(async () => ({ default: (await import('./disclosure-tab')).DisclosureTab }));
const ProofTab = lazy(async () => ({ default: (await import('./proof-tab')).ProofTab }));

/** 一案：现状与下一步在上，各面在下。 */
export function CasePage() {
  const { id } = useParams({ from: '/signed-in/cases/$id' });
  const search = useSearch({ from: '/signed-in/cases/$id' });
  const navigate = useNavigate({ from: '/cases/$id' });
  const query = useQuery(caseQuery(id));
  const session = useSession();
  const procedures = useQuery(proceduresQuery).data?.procedures;
  const go = (next: CaseSearch) => void navigate({ search: next, resetScroll: false });
  const found = query.data;
  if (!found) {
    return (
      <PageWaiting title={t('cases.one')} query={query} up={<Link to="/cases">{t('cases.title')}</Link>} />
    );
  }
  // A finding or a link knows the timeline, not that it is a matter or a complaint.
  if (procedures?.some((it) => it.is_supervision && it.procedure === found.procedure?.code)) {
    return <Navigate to="/matters/$id" params={{ id }} search={search} replace />;
  }
  if (procedures?.some((it) => it.is_complaint && it.procedure === found.procedure?.code)) {
    return <Navigate to="/complaints/$id" params={{ id }} search={search} replace />;
  }
  const tabs: { key: CaseTab; label: string; n?: number; tone?: string; children: React.ReactNode }[] = [
    {
      key: 'timeline',
      label: t('case.tab_timeline'),
      n: found.event_count,
      children: <TimelineTab found={found} onOpen={go} />,
    },
    {
      key: 'duties',
      label: t('case.tab_duties'),
      n: found.open_duty_count,
      children: <DutiesTab id={id} open={search.duty} onOpen={go} />,
    },
    {
      key: 'findings',
      label: t('case.tab_findings'),
      n: found.violation_count + found.doubt_count + found.near_count,
      tone: '#a6101a',
      children: <FindingsTab found={found} open={search.finding} onOpen={go} />,
    },
    { key: 'papers', label: t('case.tab_papers'), children: <PapersTab id={id} /> },
    { key: 'people', label: t('case.tab_people'), children: <PeopleTab found={found} /> },
    { key: 'score', label: t('case.tab_score'), children: <ScoreTab id={id} /> },
    {
      key: 'discretion',
      label: t('case.tab_discretion'),
      children: (
        <DiscretionTab id={id} item={search.item} onChoose={(item) => go({ tab: 'discretion', item })} />
      ),
    },
    ...(may(session, 'disclosure.read')
      ? [{ key: 'disclosure' as const, label: t('case.tab_disclosure'), children: <DisclosureTab id={id} /> }]
      : []),
    { key: 'proof', label: t('case.tab_proof'), children: <ProofTab found={found} /> },
  ];
  return (
    <PageShell
      title={found.number ?? t('cases.unnumbered')}
      up={<Link to="/cases">{t('cases.title')}</Link>}
      aside={<CaseHead.Tags found={found} />}
    >
      <TimelineBody
        id={id}
        search={search}
        onSearch={go}
        head={
          <>
            <CaseHead found={found} />
            <LinksPanel id={id} />
          </>
        }
        faces={tabs.map((tab) => ({
          ...tab,
          label: <Counted label={tab.label} n={tab.n} tone={tab.tone} />,
        }))}
      />
    </PageShell>
  );
}

/** 页签的名称，连同个数。 */
function Counted(props: { label: string; n: number | undefined; tone: string | undefined }) {
  return (
    <span>
      {props.label}
      {props.n ? (
        <Badge count={count(props.n)} color={props.tone ?? '#5b6b7f'} size="small" offset={[6, -2]} />
      ) : null}
    </span>
  );
}
