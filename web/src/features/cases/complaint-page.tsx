import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Descriptions } from 'antd';
import { lazy } from 'react';
import type { ComplaintAnswer } from '@/api/types';
import { t } from '@/messages/text';
import { date } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageWaiting } from '@/shared/page-waiting';
import type { CaseSearch } from '@/shared/search/case';
import { StatusTag } from '@/shared/status-tag';
import './case.css';
import { Term } from './complaint-columns';
import { complaintQuery } from './complaint-queries';
import { InformantPanel } from './informant-panel';
import { LinksPanel } from './links-panel';
import { caseQuery } from './queries';
import { type Face, TimelineBody } from './timeline-body';
import { TimelineTab } from './timeline-tab';

/** One reads what happened first: the other faces come when they are opened. */
const FindingsTab = lazy(async () => ({ default: (await import('./findings-tab')).FindingsTab }));
const DutiesTab = lazy(async () => ({ default: (await import('./duties-tab')).DutiesTab }));
const ProofTab = lazy(async () => ({ default: (await import('./proof-tab')).ProofTab }));

/** 一件投诉举报：收到时写的、期限、下一步、经过，可能是同一诉求的；身份封存着。 */
export function ComplaintPage() {
  const { id } = useParams({ from: '/signed-in/complaints/$id' });
  const search = useSearch({ from: '/signed-in/complaints/$id' });
  const navigate = useNavigate({ from: '/complaints/$id' });
  const query = useQuery(complaintQuery(id));
  const go = (next: CaseSearch) => void navigate({ search: next, resetScroll: false });
  const found = query.data;
  if (!found) {
    return (
      <PageWaiting
        title={t('complaints.one')}
        query={query}
        up={<Link to="/complaints">{t('complaints.title')}</Link>}
      />
    );
  }
  const { complaint } = found;
  const faces: Face[] = [
    { key: 'timeline', label: t('complaints.tab_timeline'), children: <Passed id={id} onOpen={go} /> },
    {
      key: 'duties',
      label: t('complaints.tab_duties'),
      children: <DutiesTab id={id} open={search.duty} onOpen={go} />,
    },
    {
      key: 'findings',
      label: t('complaints.tab_findings'),
      children: <OwnFindings id={id} open={search.finding} onOpen={go} />,
    },
    { key: 'proof', label: t('complaints.tab_proof'), children: <Proof id={id} /> },
  ];
  return (
    <PageShell
      title={complaint.number ?? t('complaints.unnumbered')}
      up={<Link to="/complaints">{t('complaints.title')}</Link>}
      aside={complaint.state && <StatusTag tone="info">{complaint.state.name}</StatusTag>}
    >
      <TimelineBody
        id={id}
        procedure={complaint.procedure?.code}
        search={search}
        onSearch={go}
        head={
          <>
            <Head found={found} />
            <Alike found={found} />
            <LinksPanel id={id} />
          </>
        }
        faces={faces}
        side={<InformantPanel found={found} />}
      />
    </PageShell>
  );
}

function Passed(props: { id: string; onOpen: (search: CaseSearch) => void }) {
  const query = useQuery(caseQuery(props.id));
  return (
    <Loaded query={query}>
      {(whole) => <TimelineTab found={whole} correcting="complaint.correct" onOpen={props.onOpen} />}
    </Loaded>
  );
}

function OwnFindings(props: { id: string; open: string | undefined; onOpen: (search: CaseSearch) => void }) {
  const query = useQuery(caseQuery(props.id));
  return (
    <Loaded query={query}>
      {(whole) => <FindingsTab found={whole} open={props.open} onOpen={props.onOpen} />}
    </Loaded>
  );
}

function Proof({ id }: { id: string }) {
  const query = useQuery(caseQuery(id));
  return <Loaded query={query}>{(whole) => <ProofTab found={whole} />}</Loaded>;
}

function Head({ found }: { found: ComplaintAnswer }) {
  const { complaint } = found;
  const none = t('unit.none');
  const items = [
    { key: 'against', label: t('complaints.against_any'), children: complaint.against_name ?? none },
    { key: 'body', label: t('complaints.body'), children: complaint.body_name ?? t('complaints.by_bureau') },
    { key: 'channel', label: t('complaints.channel'), children: complaint.channel?.name ?? none },
    { key: 'received', label: t('complaints.received'), children: date(complaint.received_on) },
    { key: 'answer', label: t('complaints.answer'), children: <Term term={complaint.answer} /> },
    { key: 'result', label: t('complaints.result'), children: <Term term={complaint.result} /> },
    {
      key: 'real',
      label: t('complaints.real_name'),
      children: t(found.is_real_name ? 'complaints.yes' : 'complaints.no'),
    },
    { key: 'unit', label: t('complaints.responsible'), children: found.responsible_unit ?? none },
    { key: 'unit_due', label: t('complaints.responsible_due'), children: date(found.responsible_due_on) },
    {
      key: 'returns',
      label: t('complaints.returns'),
      children: <span className="num">{found.returns}</span>,
    },
  ];
  const written = found.received.map((field) => ({
    key: field.field,
    label: field.name,
    span: 'filled' as const,
    children: <span style={{ whiteSpace: 'pre-wrap' }}>{field.text}</span>,
  }));
  if (found.place) {
    written.push({
      key: 'place',
      label: t('complaint_new.place'),
      span: 'filled' as const,
      children: <span>{found.place}</span>,
    });
  }
  return (
    <div className="case-head">
      <Descriptions size="small" column={{ xs: 1, sm: 2, lg: 3 }} items={items} />
      <Descriptions
        size="small"
        title={t('complaints.received_what')}
        style={{ marginTop: 12 }}
        column={1}
        items={written}
      />
    </div>
  );
}

/** 可能是同一诉求的：并不并由人定。 */
function Alike({ found }: { found: ComplaintAnswer }) {
  if (found.alike.length === 0) return null;
  return (
    <Panel title={t('complaints.alike')}>
      <p className="quiet">{t('complaints.alike_hint')}</p>
      <ul className="case-links">
        {found.alike.map((one) => (
          <li key={one.id}>
            <Link to="/complaints/$id" params={{ id: one.id }}>
              {[one.number ?? t('complaints.unnumbered'), one.channel?.name, one.state?.name]
                .filter(Boolean)
                .join(' · ')}
            </Link>{' '}
            <span className="quiet">
              {date(one.received_on)} {t('complaints.alike_id')} <span className="code">{one.id}</span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
