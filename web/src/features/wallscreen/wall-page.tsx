import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { useIsLive } from '@/api/live';
import { asProblem } from '@/api/problem';
import type { Duty, Finding } from '@/api/types';
import { t, tOf } from '@/messages/text';
import { count, dateWithWeekday, instant, instantWithZone, todayInShanghai } from '@/shared/format';
import { type Orgs, useOrgs } from '@/shared/orgs';
import { bodiesQuery, DUE_DAYS, dueQuery, newestQuery, severityQuery } from './queries';
import { SEVERITIES, violations, worstBodies } from './wall';
import './wall.css';

/** The day of the duties turns at midnight without a reload. */
const CLOCK_MS = 60_000;
/** What fits on a screen of sixteen by nine with letters that are read from five metres. */
const BODIES = 6;
const DUTY_LINES = 5;
/** A count with more characters than these is written smaller: it must not push the others off the screen. */
const TILE_CHARS = 6;

/** 大屏：五米外看得清；数都由接口给出，写明截至何时。 */
export function WallPage() {
  const orgs = useOrgs();
  const today = useToday();
  const severity = useQuery(severityQuery);
  const bodies = useQuery(bodiesQuery);
  const newest = useQuery(newestQuery);
  const due = useQuery(dueQuery(today));
  const isLive = useIsLive();
  useEffect(() => {
    document.title = t('shell.title', { page: t('wall.title') });
  }, []);
  const at = severity.data?.watermark?.at;
  return (
    <div className="wall">
      <header className="wall-head">
        <h1>{t('wall.heading')}</h1>
        <p className="wall-mark">
          {at
            ? t('wall.as_of', { at: instantWithZone(at) })
            : severity.data
              ? t('wall.as_of_none')
              : severity.error
                ? t('wall.as_of_unknown')
                : t('page.loading')}
          {isLive === false && <strong>{t('wall.broken')}</strong>}
        </p>
        <Link to="/desk" className="wall-exit">
          {t('wall.exit')}
        </Link>
      </header>
      <Known query={severity}>
        {(data) => (
          <ul className="wall-tiles" aria-label={t('wall.by_severity')}>
            {SEVERITIES.map((one) => {
              const n = count(violations(data.summary, one));
              return (
                <li key={one} className={`wall-tile wall-${one}`}>
                  <span>{t(`severity.${one}`)}</span>
                  <strong className={n.length > TILE_CHARS ? 'is-long' : ''}>{n}</strong>
                </li>
              );
            })}
          </ul>
        )}
      </Known>
      <div className="wall-body">
        <section>
          <h2>{t('wall.newest')}</h2>
          <Known query={newest}>
            {(data) =>
              data.findings.length === 0 ? (
                <p className="wall-none">{t('wall.newest_none')}</p>
              ) : (
                <ul className="wall-list">
                  {data.findings.map((finding) => (
                    <Newest key={finding.id} finding={finding} orgs={orgs} today={today} />
                  ))}
                </ul>
              )
            }
          </Known>
        </section>
        <section>
          <h2>{t('wall.due', { days: DUE_DAYS })}</h2>
          <Known query={due}>
            {(data) => (
              <>
                <p className="wall-count">
                  <strong>
                    {data.meta.next
                      ? t('wall.more_than', { n: count(data.duties.length) })
                      : count(data.duties.length)}
                  </strong>
                  {t('wall.items')}
                </p>
                <ul className="wall-list">
                  {data.duties.slice(0, DUTY_LINES).map((duty) => (
                    <Due key={duty.id} duty={duty} orgs={orgs} />
                  ))}
                </ul>
              </>
            )}
          </Known>
        </section>
        <section>
          <h2>{t('wall.by_body', { n: BODIES })}</h2>
          <Known query={bodies}>
            {(data) => {
              const lines = worstBodies(data.summary, BODIES);
              if (lines.length === 0) return <p className="wall-none">{t('wall.bodies_none')}</p>;
              return (
                <table className="wall-table">
                  <thead>
                    <tr>
                      <th scope="col">{t('wall.body')}</th>
                      <th scope="col">{t('severity.grave')}</th>
                      <th scope="col">{t('severity.breach')}</th>
                      <th scope="col">{t('wall.all')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {lines.map((line) => (
                      <tr key={line.body}>
                        <th scope="row">
                          {line.name ?? orgs.ofId(line.body)?.name ?? t('wall.unregistered')}
                        </th>
                        <td className={line.grave > 0 ? 'is-grave' : ''}>{count(line.grave)}</td>
                        <td>{count(line.breach)}</td>
                        <td>{count(line.all)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              );
            }}
          </Known>
        </section>
      </div>
      <footer className="wall-foot">{t('wall.foot')}</footer>
    </div>
  );
}

/** 今天的写时刻，以前的写日子：一行里只放得下一样。 */
function whenFound(at: string, today: string): string {
  const [day = '', time = ''] = instant(at).split(' ');
  return day === today ? time : day.slice(5);
}

function Newest({ finding, orgs, today }: { finding: Finding; orgs: Orgs; today: string }) {
  const body = finding.body_name ?? orgs.ofId(finding.body)?.name;
  return (
    <li>
      <span className="wall-when">
        <span className={`wall-tag wall-tag-${finding.severity}`}>{t(`severity.${finding.severity}`)}</span>
        <time dateTime={finding.found_at}>{whenFound(finding.found_at, today)}</time>
      </span>
      <span className="wall-what">
        {finding.rule.name}
        {finding.status !== 'violated' && `（${tOf('finding_status', finding.status) ?? ''}）`}
        <small>{body ?? t('wall.unregistered')}</small>
      </span>
    </li>
  );
}

function Due({ duty, orgs }: { duty: Duty; orgs: Orgs }) {
  return (
    <li>
      <time className="wall-when" dateTime={duty.due_on ?? ''}>
        {duty.due_on &&
          dateWithWeekday(duty.due_on)
            .slice(5)
            .split(' ')
            .map((part) => <span key={part}>{part}</span>)}
      </time>
      <span className="wall-what">
        {duty.rule.name}
        <small>{duty.body_name ?? orgs.ofId(duty.body)?.name ?? t('wall.unregistered')}</small>
      </span>
    </li>
  );
}

/** 取得到才写数；取不到说取不到，不写零。 */
function Known<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error && <p className="wall-stale">{t('wall.stale')}</p>}
        {children(query.data)}
      </>
    );
  }
  if (!query.error) return <p className="wall-none">{t('page.loading')}</p>;
  const problem = asProblem(query.error);
  const why = problem.status === 403 ? t('page.forbidden') : t('wall.unknown');
  return <p className="wall-stale">{why}</p>;
}

function useToday(): string {
  const [today, setToday] = useState(() => todayInShanghai(new Date()));
  useEffect(() => {
    const timer = setInterval(() => setToday(todayInShanghai(new Date())), CLOCK_MS);
    return () => clearInterval(timer);
  }, []);
  return today;
}
