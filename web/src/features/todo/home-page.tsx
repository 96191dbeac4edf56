import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Segmented } from 'antd';
import type { CaseSummary, Duty, MatterSummary, Severity } from '@/api/types';
import { t } from '@/messages/text';
import { Due } from '@/shared/due';
import { count, todayInShanghai } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { may } from '@/shared/may';
import { PageShell, Panel } from '@/shared/page-shell';
import { DutyTag, SeverityTag, StatusTag } from '@/shared/status-tag';
import { useSession } from '@/shared/use-session';
import './home.css';
import { dueQuery, myCasesQuery, receivedQuery, summaryQuery } from './queries';

const SEVERITIES: Severity[] = ['grave', 'breach', 'warning', 'notice'];

/** 不办案、不监督的人从哪里做起：登录的人可以做的才列出。 */
const ELSEWHERE = [
  { to: '/admin/accounts', label: 'home.to_create', needs: 'account.create' },
  { to: '/admin/accounts', label: 'home.to_grant', needs: 'account.grant_role' },
  { to: '/admin/audit', label: 'home.to_audit', needs: 'audit_trail.read' },
  { to: '/admin/jobs', label: 'home.to_jobs', needs: 'job.list' },
  { to: '/intake', label: 'home.to_intake', needs: 'import.list' },
  { to: '/registry', label: 'home.to_registry', needs: 'organisation.list' },
  { to: '/lawbook', label: 'home.to_lawbook', needs: undefined },
] as const;

/** 待办：快到期与逾期的义务、各程度的发现、自己的案件。 */
export function HomePage() {
  const session = useSession();
  const search = useSearch({ from: '/signed-in/' });
  const navigate = useNavigate({ from: '/' });
  const handles = may(session, 'case.record_event');
  const isMine = search.scope ? search.scope === 'mine' : handles;
  if (!may(session, 'finding.list') && !may(session, 'case.list')) {
    return (
      <PageShell title={t('home.title')}>
        {/* Whoever handles no case may still have to answer for the body. */}
        {may(session, 'supervision.answer') && <Received />}
        <Panel title={t('home.nothing')}>
          <p>{t('home.nothing_hint')}</p>
          <ul className="home-elsewhere">
            {ELSEWHERE.filter((it) => may(session, it.needs)).map((it) => (
              <li key={it.label}>
                <Link to={it.to}>{t(it.label)}</Link>
              </li>
            ))}
          </ul>
        </Panel>
      </PageShell>
    );
  }
  return (
    <PageShell
      title={t('home.title')}
      aside={t('home.hello', { name: session.name })}
      actions={
        <Segmented
          aria-label={t('home.scope')}
          value={isMine ? 'mine' : 'all'}
          onChange={(scope) => void navigate({ search: { scope: scope as 'mine' | 'all' } })}
          options={[
            { value: 'mine', label: t('home.mine') },
            { value: 'all', label: t('home.all') },
          ]}
        />
      }
    >
      {may(session, 'finding.list') && <Severities />}
      <div className="home">
        {may(session, 'finding.list') && (
          <div>
            <Duties isMine={isMine} isOverdue canSeeCases={may(session, 'case.list')} />
            <Duties isMine={isMine} isOverdue={false} />
          </div>
        )}
        <div>
          {may(session, 'supervision.answer') && <Received />}
          {may(session, 'case.list') && <Cases isMine={isMine} />}
        </div>
      </div>
    </PageShell>
  );
}

/** 没有消除的发现，按程度数；点开的就是所数的那些。 */
function Severities() {
  const query = useQuery(summaryQuery);
  const sums = query.data ?? [];
  const of = (severity: Severity, status: string) =>
    sums.filter((it) => it.severity === severity && it.status === status).reduce((n, it) => n + it.count, 0);
  return (
    <ul className="severities" aria-label={t('home.findings')}>
      {SEVERITIES.map((severity) => (
        <li key={severity}>
          <Link
            to="/findings"
            search={{ severity, status: 'violated' }}
            className={`severity severity-${severity}`}
          >
            <SeverityTag severity={severity} />
            <strong className={query.data && of(severity, 'violated') > 0 ? 'num' : 'num is-none'}>
              {query.data ? count(of(severity, 'violated')) : t('unit.none')}
            </strong>
            {/* What is not known is not zero. */}
            <span className="quiet">
              {query.data
                ? t('home.other_counts', {
                    doubt: count(of(severity, 'doubt')),
                    near: count(of(severity, 'near')),
                  })
                : query.error
                  ? t('page.failed')
                  : t('page.loading')}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** 到期的事：逾期的只列最早的几条，其余到案件里看；快到期的紧接着，不被挤出去。 */
function Duties(props: { isMine: boolean; isOverdue: boolean; canSeeCases?: boolean }) {
  const { isMine, isOverdue } = props;
  const query = useQuery(dueQuery(isMine, isOverdue));
  const duties = query.data?.duties ?? [];
  const aside = isOverdue ? 'home.overdue_aside' : 'home.due_aside';
  return (
    <Panel
      title={isOverdue ? t('home.overdue') : t('home.due')}
      aside={
        query.data?.meta.next
          ? t(aside, { n: count(duties.length) })
          : duties.length > 0 && t('home.due_all', { n: count(duties.length) })
      }
      actions={
        isOverdue &&
        props.canSeeCases &&
        duties.length > 0 && (
          <Link
            to="/cases"
            search={{ due_before: todayInShanghai(new Date()), ...(isMine ? { mine: '1' } : {}) }}
          >
            {t('home.overdue_cases')}
          </Link>
        )
      }
    >
      <Loaded
        query={query}
        isEmpty={(data) => data.duties.length === 0}
        empty={isOverdue ? t('home.overdue_none') : isMine ? t('home.due_none_mine') : t('home.due_none')}
      >
        {(data) => (
          <ul className="todo">
            {data.duties.map((duty) => (
              <DueLine key={duty.id} duty={duty} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function DueLine({ duty }: { duty: Duty }) {
  return (
    <li>
      <div className="todo-what">
        <DutyTag state={duty.state} name={duty.state_name} />
        {duty.is_matter ? (
          <Link to="/matters/$id" params={{ id: duty.case }} search={{ tab: 'duties', duty: duty.id }}>
            {duty.rule.name}
          </Link>
        ) : duty.is_complaint ? (
          <Link to="/complaints/$id" params={{ id: duty.case }} search={{ tab: 'duties', duty: duty.id }}>
            {duty.rule.name}
          </Link>
        ) : (
          <Link to="/cases/$id" params={{ id: duty.case }} search={{ tab: 'duties', duty: duty.id }}>
            {duty.rule.name}
          </Link>
        )}
        <Of parts={[duty.case_number, duty.party]} />
      </div>
      <Due
        on={duty.due_on}
        at={duty.due_at}
        remaining={duty.remaining_working_days}
        isProvisional={duty.is_provisional}
      />
    </li>
  );
}

/** 收到的监督：本机关要答复、整改的，先到期的看义务。 */
function Received() {
  const query = useQuery(receivedQuery);
  return (
    <Panel title={t('matters.received')} actions={<Link to="/matters">{t('home.see_all')}</Link>}>
      <Loaded query={query} isEmpty={(data) => data.matters.length === 0} empty={t('matters.received_none')}>
        {(data) => (
          <ul className="todo">
            {data.matters.map((row) => (
              <MatterLine key={row.id} row={row} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function MatterLine({ row }: { row: MatterSummary }) {
  return (
    <li>
      <div className="todo-what">
        <Link to="/matters/$id" params={{ id: row.id }}>
          {row.number ?? t('matters.unnumbered')}
        </Link>
        {row.state && <StatusTag tone="info">{row.state.name}</StatusTag>}
      </div>
      <Due on={row.due_on} remaining={row.due_in_working_days} />
    </li>
  );
}

function Cases({ isMine }: { isMine: boolean }) {
  const query = useQuery(myCasesQuery(isMine));
  const all = isMine ? { mine: '1' } : {};
  return (
    <Panel
      title={isMine ? t('home.my_cases') : t('home.cases')}
      actions={
        <Link to="/cases" search={all}>
          {t('home.see_all')}
        </Link>
      }
    >
      <Loaded
        query={query}
        isEmpty={(data) => data.cases.length === 0}
        empty={isMine ? t('home.cases_none_mine') : t('home.cases_none')}
      >
        {(data) => (
          <ul className="todo">
            {data.cases.map((row) => (
              <CaseLine key={row.id} row={row} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

function CaseLine({ row }: { row: CaseSummary }) {
  return (
    <li>
      <div className="todo-what">
        <Link to="/cases/$id" params={{ id: row.id }}>
          {row.number ?? t('cases.unnumbered')}
        </Link>
        {row.state && <StatusTag tone="info">{row.state.name}</StatusTag>}
        {row.worst && <SeverityTag severity={row.worst} />}
        <Of parts={[row.party, row.body_name]} />
      </div>
      <Due on={row.next_due_on} remaining={row.next_due_in_working_days} />
    </li>
  );
}

/** 是哪一案的：案号、当事人、机关，各自不断开。 */
function Of({ parts }: { parts: (string | null | undefined)[] }) {
  return <span className="todo-of quiet">{parts.map((part) => part && <span key={part}>{part}</span>)}</span>;
}
