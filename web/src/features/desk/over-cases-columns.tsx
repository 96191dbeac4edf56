import { Link } from '@tanstack/react-router';
import type { components } from '@/api/schema';
import { t, tOf } from '@/messages/text';
import type { Column } from '@/shared/data-table';
import { count, instant } from '@/shared/format';
import { gradeColumns } from './grade';

export type OverCasesFinding = components['schemas']['OverCasesFinding'];

/** 跨案发现的各列。 */
export const overCasesColumns: Column<OverCasesFinding>[] = [
  {
    key: 'rule',
    title: t('desk.rule'),
    width: 200,
    isFixed: true,
    render: (row) => (
      <>
        <Link from="/over_cases" search={(now) => ({ ...now, finding: row.id })} resetScroll={false}>
          {row.rule.name}
        </Link>{' '}
        <span className="code">{row.rule.code}</span>
      </>
    ),
  },
  ...gradeColumns<OverCasesFinding>(),
  {
    key: 'said',
    title: t('over_cases.said'),
    width: 300,
    card: 'wide',
    render: (row) => row.headline ?? t('unit.none'),
  },
  {
    key: 'where',
    title: t('over_cases.where'),
    width: 150,
    card: 'wide',
    render: (row) => row.org_name ?? (row.org === '/' ? t('over_cases.everywhere') : t('unit.none')),
  },
  {
    key: 'period',
    title: t('over_cases.period'),
    width: 90,
    render: (row) => row.period ?? t('unit.none'),
  },
  {
    key: 'counted',
    title: t('over_cases.counted'),
    width: 80,
    align: 'right',
    render: (row) => <span className="num">{t('over_cases.cases', { n: count(row.counted_count) })}</span>,
  },
  {
    key: 'not_counted',
    title: t('over_cases.not_counted'),
    width: 130,
    align: 'right',
    isExtra: true,
    render: (row) => (
      <span className="num">{t('over_cases.cases', { n: count(row.not_counted_count) })}</span>
    ),
  },
  {
    key: 'found',
    title: t('desk.found_at'),
    width: 150,
    card: 'wide',
    isInstant: true,
    render: (row) => <span className="num">{instant(row.found_at)}</span>,
  },
  {
    key: 'ended',
    title: t('desk.ended_at'),
    width: 170,
    isExtra: true,
    render: (row) => (
      <span>
        <span className="num">{instant(row.ended_at)}</span> {tOf('finding_end', row.ended_by ?? '') ?? ''}
      </span>
    ),
  },
];
