import { useQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import type { ComplaintCount } from '@/api/types';
import { t } from '@/messages/text';
import { count } from '@/shared/format';
import { Panel } from '@/shared/page-shell';
import type { ComplaintsSearch } from '@/shared/search/complaints';
import { fromStart, type ListSearch } from '@/shared/search/list-search';
import { type SmallColumn, SmallTable } from '@/shared/small-table';
import { complaintCountsQuery, type StatsBy } from './complaint-queries';

const WAYS: StatsBy[] = ['against', 'body', 'channel', 'kind'];

/** 每个数与列出它的行的条件。 */
const NUMBERS: { key: 'count' | Flagged; search: Partial<ComplaintsSearch> }[] = [
  { key: 'count', search: {} },
  { key: 'over', search: { over: '1' } },
  { key: 'timely', search: { timely: '1' } },
  { key: 'late', search: { timely: '0' } },
  { key: 'satisfied', search: { satisfied: '1' } },
  { key: 'dissatisfied', search: { satisfied: '0' } },
  { key: 'repeated', search: { repeat: '1' } },
];

type Flagged = 'over' | 'timely' | 'late' | 'satisfied' | 'dissatisfied' | 'repeated';

/** 占多少：办结、重复占件数，按期占到了期的，满意占评价过的。 */
function rate(row: ComplaintCount, key: 'count' | Flagged): string {
  const of = {
    count: 0,
    over: row.count,
    repeated: row.count,
    timely: row.timely + row.late,
    late: row.timely + row.late,
    satisfied: row.satisfied + row.dissatisfied,
    dissatisfied: row.satisfied + row.dissatisfied,
  }[key];
  return of === 0 ? '' : ` ${Math.round((row[key] * 100) / of)}%`;
}

/** 统计：每个数点开正好是它的行。 */
export function ComplaintStats(props: { search: ComplaintsSearch; onSearch: (next: ListSearch) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="filter-fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('complaint_stats.title')}</summary>
      {isOpen && <Stats {...props} />}
    </details>
  );
}

function Stats({ search, onSearch }: { search: ComplaintsSearch; onSearch: (next: ListSearch) => void }) {
  const [by, setBy] = useState<StatsBy>('against');
  const others = fromStart(search);
  const query = useQuery(complaintCountsQuery(others, by));
  const columns: SmallColumn<ComplaintCount>[] = [
    {
      key: 'group',
      title: t('complaint_stats.group'),
      card: 'title',
      render: (row) => row.group?.name ?? t('complaint_stats.none'),
    },
    ...NUMBERS.map(
      ({ key, search: extra }): SmallColumn<ComplaintCount> => ({
        key,
        title: t(`complaint_stats.${key}`),
        width: 96,
        align: 'right',
        render: (row) => {
          const told = `${count(row[key])}${rate(row, key)}`;
          const code = row.group?.code;
          if (!code || row[key] === 0) return <span className="num">{told}</span>;
          return (
            <Button
              type="link"
              size="small"
              className="num"
              onClick={() => onSearch({ ...others, ...extra, [by]: code } as ListSearch)}
            >
              {told}
            </Button>
          );
        },
      }),
    ),
  ];
  return (
    <Panel title={t('complaint_stats.title')}>
      <Segmented<StatsBy>
        aria-label={t('complaint_stats.by')}
        value={by}
        onChange={setBy}
        options={WAYS.map((it) => ({ value: it, label: t(`complaint_stats.by_${it}`) }))}
      />
      <SmallTable<ComplaintCount>
        aria-label={t('complaint_stats.title')}
        rowKey={(row) => row.group?.code ?? ''}
        dataSource={query.data ?? []}
        loading={query.isFetching}
        width={860}
        columns={columns}
      />
    </Panel>
  );
}
