import { Link } from '@tanstack/react-router';
import type { MatterSummary } from '@/api/types';
import { t } from '@/messages/text';
import type { Column } from '@/shared/data-table';
import { Due } from '@/shared/due';
import { date } from '@/shared/format';
import { StatusTag } from '@/shared/status-tag';

const or = (name: string | null | undefined) => name ?? t('unit.none');

/** 监督事项列表的各列。 */
export const matterColumns: Column<MatterSummary>[] = [
  {
    key: 'number',
    title: t('matters.number'),
    width: 200,
    isFixed: true,
    render: (row) => (
      <Link to="/matters/$id" params={{ id: row.id }}>
        {row.number ?? t('matters.unnumbered')}
      </Link>
    ),
  },
  { key: 'body', title: t('matters.body'), width: 200, card: 'wide', render: (row) => or(row.body_name) },
  {
    key: 'state',
    title: t('matters.state'),
    width: 120,
    render: (row) => (row.state ? <StatusTag tone="info">{row.state.name}</StatusTag> : t('unit.none')),
  },
  { key: 'source', title: t('matters.source'), width: 120, render: (row) => or(row.source?.name) },
  {
    key: 'due',
    title: t('matters.due'),
    width: 148,
    card: 'wide',
    render: (row) => <Due on={row.due_on} remaining={row.due_in_working_days} />,
  },
  {
    key: 'served',
    title: t('matters.is_served'),
    width: 100,
    render: (row) => (row.is_served ? t('matters.served') : t('matters.not_served')),
  },
  {
    key: 'last',
    title: t('matters.last'),
    width: 108,
    render: (row) => <span className="num">{date(row.last_on)}</span>,
  },
  {
    key: 'closed',
    title: t('matters.closed'),
    width: 108,
    render: (row) => <span className="num">{date(row.closed_on)}</span>,
  },
];
