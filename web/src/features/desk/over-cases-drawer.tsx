import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Drawer } from 'antd';
import type { components } from '@/api/schema';
import { t, tOf } from '@/messages/text';
import { FindingText } from '@/shared/finding-text';
import { count, date, instantWithZone } from '@/shared/format';
import { Loaded } from '@/shared/loaded';
import { SmallTable } from '@/shared/small-table';
import { FindingStatusTag, SeverityTag, StatusTag } from '@/shared/status-tag';
import { overCasesFindingQuery } from './queries';

type Detail = components['schemas']['OverCasesFindingDetail'];
type Counted = components['schemas']['OverCasesCase'];

/** 一个跨案发现：说的什么、凭什么，数了哪些案件，哪些没有数成。 */
export function OverCasesDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      size="min(760px, 96vw)"
      title={t('over_cases.one')}
      destroyOnHidden
    >
      {id && <Content id={id} />}
    </Drawer>
  );
}

function Content({ id }: { id: string }) {
  const query = useQuery(overCasesFindingQuery(id));
  return <Loaded query={query}>{(finding) => <Told finding={finding} />}</Loaded>;
}

function Told({ finding }: { finding: Detail }) {
  return (
    <article className="finding-panel">
      <SeverityTag severity={finding.severity} /> <FindingStatusTag status={finding.status} />{' '}
      {finding.marks.map((mark) => (
        <StatusTag key={mark} tone="warn">
          {tOf('mark', mark) ?? mark}
        </StatusTag>
      ))}
      <p className="finding-panel-head">{finding.headline ?? finding.rule.name}</p>
      <div className="finding-panel-line quiet">
        <span>
          {finding.rule.name} <span className="code">{finding.rule.code}</span>
        </span>
        {finding.org_name && <span>{finding.org_name}</span>}
        {finding.period && <span>{t('over_cases.in_period', { period: finding.period })}</span>}
        <span>{t('over_cases.judged', { day: date(finding.as_of_on) })}</span>
        <span>{t('desk.found', { at: instantWithZone(finding.found_at) })}</span>
        {finding.ended_at && (
          <span>
            {t('desk.ended_by', {
              at: instantWithZone(finding.ended_at),
              why: tOf('finding_end', finding.ended_by ?? '') ?? '',
            })}
          </span>
        )}
      </div>
      <div className="finding-panel-line">
        <Link to="/lawbook/rules/$code" params={{ code: finding.rule.code }}>
          {t('desk.to_rule')}
        </Link>
      </div>
      <Cases
        title={t('over_cases.counted_title', { n: count(finding.counted_count) })}
        hint={unseen(finding.counted_count, finding.counted.length)}
        cases={finding.counted}
      />
      <FindingText text={finding.text} />
      {finding.not_counted_count > 0 && (
        <Cases
          title={t('over_cases.not_counted_title', { n: count(finding.not_counted_count) })}
          hint={unseen(finding.not_counted_count, finding.not_counted.length)}
          cases={finding.not_counted}
          isMissing
        />
      )}
    </article>
  );
}

/** 没有列出的有几案：看不到的，或者太多。 */
const unseen = (all: number, listed: number) =>
  all > listed ? t('over_cases.unlisted', { n: count(all - listed) }) : '';

function Cases(props: { title: string; hint: string; cases: Counted[]; isMissing?: boolean }) {
  return (
    <section>
      <h3>{props.title}</h3>
      {props.hint && <p className="quiet">{props.hint}</p>}
      {props.cases.length > 0 && (
        <SmallTable<Counted>
          aria-label={props.title}
          rowKey={(row) => row.case}
          dataSource={props.cases}
          width={480}
          columns={[
            {
              key: 'case',
              title: t('desk.case'),
              card: 'title',
              render: (row) => (
                <Link to="/cases/$id" params={{ id: row.case }}>
                  {row.case_number ?? t('desk.open_case')}
                </Link>
              ),
            },
            { key: 'party', title: t('desk.party'), render: (row) => row.party ?? t('unit.none') },
            ...(props.isMissing
              ? [
                  {
                    key: 'missing',
                    title: t('desk.missing'),
                    render: (row: Counted) => row.missing.join('；') || t('unit.none'),
                  },
                ]
              : []),
          ]}
        />
      )}
    </section>
  );
}
