import { Link } from '@tanstack/react-router';
import type { Finding } from '@/api/types';
import { t, tOf } from '@/messages/text';
import type { Column } from '@/shared/data-table';
import { instant } from '@/shared/format';
import type { Orgs } from '@/shared/orgs';
import { gradeColumns } from './grade';

/** 发现列表的各列。 */
export const findingColumns = (orgs: Orgs): Column<Finding>[] => [
  {
    key: 'rule',
    title: t('desk.rule'),
    width: 240,
    isFixed: true,
    render: (row) => (
      <>
        <Link from="/findings" search={(now) => ({ ...now, finding: row.id })} resetScroll={false}>
          {row.rule.name}
        </Link>{' '}
        <span className="code">{row.rule.code}</span>
      </>
    ),
  },
  ...gradeColumns<Finding>(),
  {
    key: 'case',
    title: t('desk.case'),
    width: 210,
    card: 'wide',
    render: (row) => (
      <Link to="/cases/$id" params={{ id: row.case }} search={{ tab: 'findings', finding: row.id }}>
        {row.case_number ?? t('desk.open_case')}
      </Link>
    ),
  },
  {
    key: 'party',
    title: t('desk.party'),
    width: 170,
    card: 'wide',
    render: (row) => row.party ?? t('unit.none'),
  },
  {
    key: 'body',
    title: t('desk.body'),
    width: 220,
    card: 'wide',
    render: (row) => row.body_name ?? orgs.ofId(row.body)?.name ?? t('unit.none'),
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
    key: 'changed',
    title: t('desk.changed_at'),
    width: 150,
    isExtra: true,
    render: (row) => <span className="num">{instant(row.changed_at)}</span>,
  },
  {
    key: 'ended',
    title: t('desk.ended_at'),
    width: 150,
    isExtra: true,
    render: (row) => (
      <span>
        <span className="num">{instant(row.ended_at)}</span> {tOf('finding_end', row.ended_by ?? '') ?? ''}
      </span>
    ),
  },
  {
    key: 'marks',
    title: t('desk.marks'),
    width: 110,
    isExtra: true,
    render: (row) => row.marks.map((mark) => tOf('mark', mark) ?? mark).join('、') || t('unit.none'),
  },
];
