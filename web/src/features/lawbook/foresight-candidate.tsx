import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { t } from '@/messages/text';
import { Loaded } from '@/shared/loaded';
import { Panel } from '@/shared/page-shell';
import { SmallTable } from '@/shared/small-table';
import { type CandidateDetail, type CandidateDifference, candidateQuery } from './foresight-queries';

/** How many rules a row names; the others are counted. */
const RULES_SHOWN = 6;

/** 一部候选的法典：改了什么，逐项用话说；不能用的，为什么。 */
export function CandidatePanel({ name, actions }: { name: string; actions: ReactNode }) {
  const query = useQuery(candidateQuery(name));
  return (
    <Panel title={name} aside={query.data?.version} actions={actions}>
      <Loaded query={query}>{(candidate) => <Detail of={candidate} />}</Loaded>
    </Panel>
  );
}

function Detail({ of }: { of: CandidateDetail }) {
  if (of.faults.length > 0) {
    return (
      <Alert
        type="error"
        showIcon
        title={t('foresight.broken_title', { name: of.name })}
        description={
          <ul className="law-faults">
            {of.faults.map((fault) => (
              <li key={fault}>{fault}</li>
            ))}
          </ul>
        }
      />
    );
  }
  if (of.differences.length === 0) return <p className="law-what">{t('foresight.same')}</p>;
  return (
    <>
      <p className="law-what">
        {of.changes}。{t('foresight.affected')}：
        {of.is_all_affected
          ? t('foresight.affected_all')
          : of.affected_rule_count || t('foresight.affected_none')}
      </p>
      {of.has_over_cases && <p className="quiet">{t('foresight.over_cases')}</p>}
      <SmallTable<CandidateDifference>
        width={900}
        rowKey={(row) => `${row.kind.code} ${row.key}`}
        dataSource={of.differences}
        columns={[
          {
            key: 'item',
            title: t('foresight.item'),
            width: 240,
            card: 'title',
            render: (row) => (
              <>
                {row.kind.name} {row.name} {row.key !== row.name && <span className="code">{row.key}</span>}
                {row.basis.length > 0 && <div className="quiet">{row.basis.join('、')}</div>}
              </>
            ),
          },
          { key: 'change', title: t('foresight.change'), width: 90, render: (row) => row.change.name },
          { key: 'edits', title: t('foresight.edits'), card: 'wide', render: (row) => lines(row.edits) },
          {
            key: 'impacts',
            title: t('foresight.impacts'),
            width: 240,
            card: 'wide',
            render: (row) => lines(row.impacts),
          },
          { key: 'rules', title: t('foresight.rules'), width: 200, card: 'wide', render: rules },
        ]}
      />
    </>
  );
}

function lines(all: string[]) {
  if (all.length === 0) return t('unit.none');
  return (
    <ul className="law-plain">
      {all.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function rules(row: CandidateDifference) {
  const shown = row.rules.slice(0, RULES_SHOWN).map((rule) => rule.name);
  const rest = row.rules.length - shown.length;
  return (
    (shown.join('、') || t('unit.none')) +
    (rest > 0 ? t('foresight.rules_more', { n: row.rules.length }) : '')
  );
}
