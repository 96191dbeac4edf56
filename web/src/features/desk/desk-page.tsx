import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import { useIsLive } from '@/api/live';
import type { Severity } from '@/api/types';
import { t, tOf } from '@/messages/text';
import { count, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import type { OrgNode } from '@/shared/orgs';
import { PageShell, Panel } from '@/shared/page-shell';
import { PageMissing } from '@/shared/page-states';
import { PageWaiting } from '@/shared/page-waiting';
import { SeverityTag } from '@/shared/status-tag';
import './desk.css';
import {
  type DeskRow,
  type FindingPlace,
  rowsOf,
  SEVERITIES,
  type Tally,
  tallies,
  tallyOf,
  totalOf,
} from './grouping';
import { placesQuery, summaryQuery } from './queries';
import type { DeskSearch, FindingsSearch } from './search';
import { TrendPanel } from './trend-panel';

/** 监督台：没有消除的发现，由辖区到主体到规则；每个数都打开它所数的那些。 */
export function DeskPage() {
  const search = useSearch({ from: '/signed-in/desk' });
  const query = useQuery(placesQuery(search.org));
  if (!query.data) return <PageWaiting title={t('desk.title')} query={query} />;
  const { org, trail, places } = query.data;
  const body = places.find((it) => it.node && it.node.id === search.body)?.node ?? undefined;
  return (
    <PageShell
      title={t('desk.title')}
      aside={<span className="quiet">{t('desk.aside')}</span>}
      actions={
        <Link to="/wall" target="_blank">
          {t('desk.wall')}
        </Link>
      }
    >
      <Trail steps={trail} body={body} />
      {/* Another's numbers under the address of one body would be taken for its own. */}
      {search.body && !body ? <PageMissing /> : <Scope org={org} body={body} places={places} />}
    </PageShell>
  );
}

/** 看到了哪一级；点上面的退回去。 */
function Trail({ steps, body }: { steps: OrgNode[]; body: OrgNode | undefined }) {
  return (
    <nav className="desk-trail" aria-label={t('desk.trail')}>
      <ol>
        <li>
          <Link to="/desk" search={{ org: '/' }}>
            {t('desk.everything')}
          </Link>
        </li>
        {steps.map((node) => (
          <li key={node.org}>
            <Link to="/desk" search={{ org: node.org }}>
              {node.name}
            </Link>
          </li>
        ))}
        {body && <li aria-current="page">{body.name}</li>}
      </ol>
    </nav>
  );
}

function Scope(props: { org: string; body: OrgNode | undefined; places: FindingPlace[] }) {
  const { org, body, places } = props;
  // The root is no place in the tree that the interface could filter by: it means everything in reach.
  const scope: DeskSearch = body ? { body: body.id } : org === '/' ? {} : { org };
  const bySeverity = useQuery(summaryQuery('severity', scope));
  const byRule = useQuery(summaryQuery('code', scope));
  return (
    <>
      <Loaded query={bySeverity}>
        {(data) => <Tiles tally={tallyOf(data.summary)} scope={scope} at={data.watermark?.at} />}
      </Loaded>
      <TrendPanel scope={scope} />
      <div className={body ? '' : 'desk-two'}>
        {!body && (
          <Panel title={t('desk.by_place')} aside={t('desk.by_place_aside')}>
            <TallyTable
              name={t('desk.by_place')}
              first={t('desk.place')}
              rows={rowsOf(places).map((row) => placeRow(org, row))}
            />
          </Panel>
        )}
        <Panel title={t('desk.by_rule')} aside={t('desk.by_rule_aside')}>
          <Loaded query={byRule}>
            {(data) => (
              <TallyTable
                name={t('desk.by_rule')}
                first={t('desk.rule')}
                rows={tallies(data.summary).map((row) => ({
                  key: row.group,
                  label: row.name,
                  hint: row.name === row.group ? undefined : row.group,
                  tally: row.tally,
                  into: null,
                  rows: { ...scope, code: row.group },
                }))}
              />
            )}
          </Loaded>
        </Panel>
      </div>
    </>
  );
}

/** 一处的一行：区划点进下一级，主体点进它的规则，对不上登记簿的只有个数。 */
function placeRow(org: string, row: DeskRow): TallyRow {
  const { node, kind, tally, key } = row;
  if (!node) {
    const hint = t('desk.unregistered_hint');
    return { key, label: t('desk.unregistered'), hint, tally, into: null, rows: null };
  }
  const isDivision = kind === 'division';
  return {
    key,
    label: node.name,
    hint: isDivision ? undefined : node.department?.name,
    tally,
    into: isDivision ? { org: node.org } : { org, body: node.id },
    rows: isDivision ? { org: node.org } : { body: node.id },
  };
}

function Tiles({ tally, scope, at }: { tally: Tally; scope: DeskSearch; at: string | undefined }) {
  const isLive = useIsLive();
  return (
    <>
      <ul className="desk-tiles" aria-label={t('desk.live')}>
        {SEVERITIES.map((severity) => (
          <li key={severity}>
            <Link
              to="/findings"
              search={{ ...scope, severity, status: 'violated' }}
              className={`desk-tile desk-${severity}`}
            >
              <SeverityTag severity={severity} />
              <strong className="num">{count(tally.violated[severity])}</strong>
              <span className="quiet">{t('desk.violated')}</span>
            </Link>
          </li>
        ))}
        <li>
          <Link to="/findings" search={{ ...scope, status: 'doubt' }} className="desk-tile">
            <span>{t('finding_status.doubt')}</span>
            <strong className="num">{count(tally.doubt)}</strong>
            <span className="quiet">{t('desk.doubt')}</span>
          </Link>
        </li>
        <li>
          <Link to="/findings" search={{ ...scope, status: 'near' }} className="desk-tile">
            <span>{t('finding_status.near')}</span>
            <strong className="num">{count(tally.near)}</strong>
            <span className="quiet">{t('desk.near')}</span>
          </Link>
        </li>
      </ul>
      <p className="quiet desk-as-of">
        {at ? t('desk.as_of', { at: instantWithZone(at) }) : t('desk.as_of_none')}
        {isLive === false && <strong>{t('desk.broken')}</strong>}
      </p>
    </>
  );
}

interface TallyRow {
  key: string;
  label: string;
  hint: string | undefined;
  tally: Tally;
  /** 点名称：再看下一级；到底了的没有。 */
  into: DeskSearch | null;
  /** 点数：所数的那些；接口筛不出的没有。 */
  rows: Omit<FindingsSearch, 'severity' | 'status'> | null;
}

function TallyTable({ name, first, rows }: { name: string; first: string; rows: TallyRow[] }) {
  const [withEmpty, setWithEmpty] = useState(false);
  const found = rows.filter((row) => totalOf(row.tally) > 0);
  const empty = rows.length - found.length;
  if (rows.length === 0) return <div className="page-wait">{t('desk.none')}</div>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="desk-scroll" tabIndex={0} aria-label={name}>
      {found.length === 0 && <p className="quiet">{t('desk.none')}</p>}
      <table className="desk-table" aria-label={name}>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {SEVERITIES.map((severity) => (
              <th scope="col" key={severity}>
                {t(`severity.${severity}`)}
              </th>
            ))}
            <th scope="col">{t('finding_status.doubt')}</th>
            <th scope="col">{t('finding_status.near')}</th>
            <th scope="col">{t('desk.sum')}</th>
          </tr>
        </thead>
        <tbody>
          {(withEmpty ? rows : found).map((row) => (
            <tr key={row.key}>
              <th scope="row">
                {row.into ? (
                  <Link to="/desk" search={row.into}>
                    {row.label}
                  </Link>
                ) : row.rows ? (
                  <Link to="/findings" search={row.rows}>
                    {row.label}
                  </Link>
                ) : (
                  row.label
                )}
                {row.hint && <span className="code"> {row.hint}</span>}
              </th>
              {SEVERITIES.map((severity) => (
                <Cell key={severity} row={row} severity={severity} n={row.tally.violated[severity]} />
              ))}
              <Cell row={row} status="doubt" n={row.tally.doubt} />
              <Cell row={row} status="near" n={row.tally.near} />
              <Cell row={row} n={totalOf(row.tally)} isSum />
            </tr>
          ))}
        </tbody>
      </table>
      {empty > 0 && (
        <Button type="link" size="small" aria-expanded={withEmpty} onClick={() => setWithEmpty(!withEmpty)}>
          {withEmpty ? t('desk.empty_fold') : t('desk.empty_unfold', { n: count(empty) })}
        </Button>
      )}
    </section>
  );
}

function Cell(props: { row: TallyRow; n: number; severity?: Severity; status?: string; isSum?: boolean }) {
  const { row, n, severity, status } = props;
  const what = severity
    ? t(`severity.${severity}`)
    : status
      ? (tOf('finding_status', status) ?? status)
      : t('desk.sum');
  const filter = severity ? { severity, status: 'violated' } : status ? { status } : {};
  const tone = severity && n > 0 ? `desk-n desk-n-${severity}` : 'desk-n';
  return (
    <td
      className={[tone, props.isSum && 'is-sum', n === 0 && 'is-none'].filter(Boolean).join(' ')}
      data-label={what}
    >
      {n === 0 || !row.rows ? (
        <span className={n === 0 ? 'desk-zero' : ''}>{count(n)}</span>
      ) : (
        <Link
          to="/findings"
          search={{ ...row.rows, ...filter }}
          aria-label={t('desk.open_rows', { who: row.label, what, n })}
        >
          {count(n)}
        </Link>
      )}
    </td>
  );
}
