import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { EventKind } from '@/api/types';
import { t, tOf } from '@/messages/text';
import { type Column, DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { PageShell } from '@/shared/page-shell';
import type { ListSearch } from '@/shared/search/list-search';
import { StatusTag } from '@/shared/status-tag';
import { LawbookNav } from './lawbook-nav';
import { eventKindsQuery } from './queries';
import type { EventKindsSearch } from './search';

const filters: Filter<'q'>[] = [
  { name: 'q', label: t('lawbook.kind_q'), kind: 'text', placeholder: t('lawbook.kind_q_hint') },
];

/** 事件种类与字段。 */
export function EventKindsPage() {
  const search = useSearch({ from: '/signed-in/lawbook/event-kinds' });
  const navigate = useNavigate({ from: '/lawbook/event-kinds' });
  const query = useQuery(eventKindsQuery(search));
  const onSearch = (next: ListSearch) => void navigate({ search: next as EventKindsSearch });
  return (
    <PageShell title={t('lawbook.event_kinds')}>
      <LawbookNav />
      <FilterBar<'q'> table="event-kinds" filters={filters} search={search} onSearch={onSearch} />
      <DataTable
        name={t('lawbook.event_kinds')}
        columns={columns}
        rowKey={(row) => row.kind}
        rows={query.data?.event_kinds}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        emptyHint={<span className="quiet">{t('lawbook.empty_hint')}</span>}
      />
    </PageShell>
  );
}

const columns: Column<EventKind>[] = [
  {
    key: 'name',
    title: t('lawbook.kind'),
    width: 240,
    isFixed: true,
    render: (row) => (
      <>
        <strong>{row.name}</strong> <span className="code">{row.kind}</span>
      </>
    ),
  },
  {
    key: 'nature',
    title: t('lawbook.nature'),
    width: 120,
    render: (row) => tOf('event_nature', row.nature) ?? row.nature,
  },
  {
    key: 'keys',
    title: t('lawbook.keys'),
    width: 140,
    render: (row) => row.keys.map((key) => tOf('event_key', key) ?? key).join('、') || t('unit.none'),
  },
  {
    key: 'opens',
    title: t('lawbook.opens'),
    width: 130,
    render: (row) => row.opens?.name ?? t('unit.none'),
  },
  {
    key: 'fields',
    title: t('lawbook.fields'),
    width: 560,
    card: 'wide',
    render: (row) =>
      row.fields.length === 0 ? (
        t('unit.none')
      ) : (
        <ul className="law-fields">
          {row.fields.map((field) => (
            <li key={field.field}>
              {field.name}
              {field.unit && <span className="quiet">{t('lawbook.unit', { unit: field.unit })}</span>}
              {field.is_required && <StatusTag tone="info">{t('lawbook.required')}</StatusTag>}
              {field.is_sensitive && <StatusTag tone="warn">{t('lawbook.sensitive')}</StatusTag>}
            </li>
          ))}
        </ul>
      ),
  },
];
