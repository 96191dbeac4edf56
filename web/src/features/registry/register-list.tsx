import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ListMeta } from '@/api/types';
import { t } from '@/messages/text';
import { type Column, DataTable } from '@/shared/data-table';
import { type Filter, FilterBar } from '@/shared/filter-bar';
import { useOrgs } from '@/shared/orgs';
import type { ListSearch } from '@/shared/search/list-search';
import type { RegisterFilterName, RegisterSearch } from './search';

/** 人员、事项两个列表共有的样子：按机构、按哪一天筛。 */
export function RegisterList<Row extends { id: string }>(props: {
  name: string;
  table: string;
  columns: Column<Row>[];
  rows: Row[] | undefined;
  query: UseQueryResult<{ meta: ListMeta }>;
  search: RegisterSearch;
  onSearch: (search: ListSearch) => void;
  emptyHint: string;
}) {
  const orgs = useOrgs();
  const filters = useMemo<Filter<RegisterFilterName>[]>(
    () => [
      {
        name: 'org',
        label: t('registry.org'),
        kind: 'choice',
        placeholder: t('registry.any'),
        options: [...orgs.divisions, ...orgs.bodies].map((node) => ({ value: node.org, label: node.name })),
      },
      { name: 'on', label: t('registry.as_of'), kind: 'date', placeholder: t('registry.today') },
    ],
    [orgs],
  );
  const { query, search, onSearch } = props;
  return (
    <>
      <FilterBar<RegisterFilterName>
        table={props.table}
        filters={filters}
        search={search}
        onSearch={onSearch}
      />
      <DataTable
        name={props.name}
        columns={props.columns}
        rowKey={(row) => row.id}
        rows={props.rows}
        meta={query.data?.meta}
        isFetching={query.isFetching}
        error={query.error}
        onRetry={() => void query.refetch()}
        search={search}
        onSearch={onSearch}
        emptyTitle={props.emptyHint}
      />
    </>
  );
}
