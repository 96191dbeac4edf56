import { Link } from '@tanstack/react-router';
import type { CaseSummary } from '@/api/types';
import { t } from '@/messages/text';
import type { Column } from '@/shared/data-table';
import { Due } from '@/shared/due';
import { count, date, fen } from '@/shared/format';
import { SeverityTag, StatusTag } from '@/shared/status-tag';

const or = (name: string | null | undefined) => name ?? t('unit.none');

/** 案件列表的各列。 */
export const caseColumns: Column<CaseSummary>[] = [
  {
    key: 'number',
    title: t('cases.number'),
    width: 190,
    isFixed: true,
    render: (row) => (
      <>
        <Link to="/cases/$id" params={{ id: row.id }}>
          {row.number ?? t('cases.unnumbered')}
        </Link>
        {row.is_restricted && (
          <>
            {' '}
            <StatusTag tone="warn">{t('cases.restricted')}</StatusTag>
          </>
        )}
      </>
    ),
  },
  { key: 'party', title: t('cases.party'), width: 164, card: 'wide', render: (row) => or(row.party) },
  { key: 'body', title: t('cases.body'), width: 176, card: 'wide', render: (row) => or(row.body_name) },
  { key: 'procedure', title: t('cases.procedure'), width: 128, render: (row) => or(row.procedure?.name) },
  {
    key: 'state',
    title: t('cases.state'),
    width: 112,
    render: (row) => (row.state ? <StatusTag tone="info">{row.state.name}</StatusTag> : t('unit.none')),
  },
  {
    key: 'next_due',
    title: t('cases.next_due'),
    width: 140,
    card: 'wide',
    render: (row) => <Due on={row.next_due_on} remaining={row.next_due_in_working_days} />,
  },
  {
    key: 'worst',
    title: t('cases.worst'),
    width: 88,
    render: (row) => (row.worst ? <SeverityTag severity={row.worst} /> : t('unit.none')),
  },
  {
    key: 'violations',
    title: t('cases.violations'),
    width: 58,
    align: 'right',
    render: (row) => <span className="num">{count(row.violation_count)}</span>,
  },
  {
    key: 'doubts',
    title: t('cases.doubts'),
    width: 58,
    align: 'right',
    render: (row) => <span className="num">{count(row.doubt_count)}</span>,
  },
  {
    key: 'undetermined',
    title: t('cases.undetermined'),
    width: 84,
    align: 'right',
    isExtra: true,
    render: (row) => <span className="num">{count(row.undetermined_count)}</span>,
  },
  {
    key: 'filed',
    title: t('cases.filed'),
    width: 104,
    render: (row) => <span className="num">{date(row.filed_on)}</span>,
  },
  {
    key: 'decided',
    title: t('cases.decided'),
    width: 104,
    isExtra: true,
    render: (row) => <span className="num">{date(row.decided_on)}</span>,
  },
  {
    key: 'closed',
    title: t('cases.closed'),
    width: 104,
    isExtra: true,
    render: (row) => <span className="num">{date(row.closed_on)}</span>,
  },
  {
    key: 'last',
    title: t('cases.last'),
    width: 104,
    isExtra: true,
    render: (row) => <span className="num">{date(row.last_on)}</span>,
  },
  {
    key: 'fine',
    title: t('cases.fine'),
    width: 130,
    align: 'right',
    isExtra: true,
    render: (row) => <span className="num">{fen(row.fine_fen)}</span>,
  },
  {
    key: 'department',
    title: t('cases.department'),
    width: 110,
    isExtra: true,
    render: (row) => or(row.department?.name),
  },
  {
    key: 'region',
    title: t('cases.region'),
    width: 140,
    isExtra: true,
    render: (row) => or(row.region?.name),
  },
];
