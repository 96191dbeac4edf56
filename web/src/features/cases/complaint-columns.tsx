import { Link } from '@tanstack/react-router';
import type { ComplaintSummary, ComplaintTerm } from '@/api/types';
import { t } from '@/messages/text';
import type { Column } from '@/shared/data-table';
import { Due } from '@/shared/due';
import { date } from '@/shared/format';
import { StatusTag } from '@/shared/status-tag';

const or = (name: string | null | undefined) => name ?? t('unit.none');

/** 一个期限：做到了的写哪一天，没有做到的写还剩几天。 */
export function Term({ term }: { term: ComplaintTerm | null | undefined }) {
  if (!term) return <>{t('unit.none')}</>;
  if (term.met_on) return <span className="num">{t('complaints.met', { day: date(term.met_on) })}</span>;
  return <Due on={term.due_on} remaining={term.remaining_working_days} />;
}

/** 投诉举报台账的各列。 */
export const complaintColumns: Column<ComplaintSummary>[] = [
  {
    key: 'number',
    title: t('complaints.number'),
    width: 200,
    isFixed: true,
    render: (row) => (
      <Link to="/complaints/$id" params={{ id: row.id }}>
        {row.number ?? t('complaints.unnumbered')}
      </Link>
    ),
  },
  {
    key: 'against',
    title: t('complaints.against_any'),
    width: 170,
    card: 'wide',
    render: (row) => or(row.against_name),
  },
  {
    key: 'state',
    title: t('complaints.state'),
    width: 120,
    render: (row) => (row.state ? <StatusTag tone="info">{row.state.name}</StatusTag> : t('unit.none')),
  },
  {
    key: 'due',
    title: t('complaints.due'),
    width: 148,
    card: 'wide',
    render: (row) => <Due on={row.due_on} remaining={row.due_in_working_days} />,
  },
  {
    key: 'answer',
    title: t('complaints.answer'),
    width: 128,
    card: 'wide',
    render: (row) => <Term term={row.answer} />,
  },
  {
    key: 'result',
    title: t('complaints.result'),
    width: 128,
    card: 'wide',
    render: (row) => <Term term={row.result} />,
  },
  { key: 'channel', title: t('complaints.channel'), width: 100, render: (row) => or(row.channel?.name) },
  { key: 'kind', title: t('complaints.kind'), width: 150, render: (row) => or(row.kind?.name) },
  {
    key: 'body',
    title: t('complaints.body'),
    width: 180,
    render: (row) => row.body_name ?? t('complaints.by_bureau'),
  },
  {
    key: 'received',
    title: t('complaints.received'),
    width: 108,
    render: (row) => <span className="num">{date(row.received_on)}</span>,
  },
  {
    key: 'closed',
    title: t('complaints.closed'),
    width: 108,
    render: (row) => <span className="num">{date(row.closed_on)}</span>,
  },
];
