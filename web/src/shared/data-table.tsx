import { DownloadOutlined, ReloadOutlined, SettingOutlined } from '@ant-design/icons';
import { useRouter } from '@tanstack/react-router';
import { Button, Checkbox, Popover, Select } from 'antd';
import type { ReactNode } from 'react';
import { asProblem } from '@/api/problem';
import type { ListMeta } from '@/api/types';
import { t } from '@/messages/text';
import { count } from './format';
import { PageWait, ProblemPage, StaleNote } from './page-states';
import { fromStart, type ListSearch, PAGE_SIZE, PAGE_SIZES } from './search/list-search';
import { type CardPlace, SmallTable } from './small-table';

/** 表的一列。 */
export interface Column<Row> {
  key: string;
  title: string;
  render: (row: Row) => ReactNode;
  width?: number;
  align?: 'left' | 'right' | 'center';
  /** 默认不显示，可以选。 */
  isExtra?: boolean;
  /** 总是显示，固定在左边。 */
  isFixed?: boolean;
  /** 写的是时刻：表下注明时区。 */
  isInstant?: boolean;
  /** 窄的屏上写在卡片的哪里。 */
  card?: CardPlace;
}

/** 一种次序：接口的写法与名称。 */
export interface SortChoice {
  value: string;
  label: string;
}

interface DataTableProps<Row> {
  /** 读屏器听到的表名。 */
  name: string;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  rows: Row[] | undefined;
  meta: ListMeta | undefined;
  isFetching: boolean;
  error: unknown;
  onRetry: () => void;
  search: ListSearch;
  onSearch: (search: ListSearch) => void;
  sorts?: SortChoice[];
  onExport?: () => void;
  isExporting?: boolean;
  /** 一条也没有时说的话；不写的是“没有符合条件的记录”。 */
  emptyTitle?: string;
  /** 一条也没有时，说怎样才会有。 */
  emptyHint?: ReactNode;
}

/** 列表：列可以选，次序、翻页、列都在地址里；等着、空的、出错、没有权限、很多各有样子。 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, search, onSearch, meta } = props;
  const chosen = search.cols?.split(',');
  const isShown = (column: Column<Row>) =>
    column.isFixed || (chosen ? chosen.includes(column.key) : !column.isExtra);
  const shown = columns.filter(isShown);
  if (props.error && !rows) {
    return <ProblemPage problem={asProblem(props.error)} onRetry={props.onRetry} />;
  }
  return (
    <div className="table-card">
      <div className="table-top">
        <span className="table-count quiet" aria-live="polite">
          {rows ? rowsText(rows.length, meta, search.page ?? 1) : t('page.loading')}
        </span>
        <span className="grow" />
        {props.sorts && (
          <Select
            size="small"
            aria-label={t('table.sort')}
            value={search.sort ?? props.sorts[0]?.value}
            options={props.sorts}
            popupMatchSelectWidth={false}
            onChange={(sort) => onSearch({ ...fromStart(search), sort })}
          />
        )}
        <Button
          size="small"
          icon={<ReloadOutlined aria-hidden />}
          onClick={props.onRetry}
          loading={props.isFetching}
        >
          {t('table.refresh')}
        </Button>
        <ColumnChoice columns={columns} isShown={isShown} search={search} onSearch={onSearch} />
        {props.onExport && (
          <Button
            size="small"
            icon={<DownloadOutlined aria-hidden />}
            onClick={props.onExport}
            loading={props.isExporting ?? false}
          >
            {t('table.export')}
          </Button>
        )}
      </div>
      {props.error != null && rows && <StaleNote error={props.error} onRetry={props.onRetry} />}
      <SmallTable<Row>
        aria-label={props.name}
        rowKey={props.rowKey}
        dataSource={rows ?? []}
        sticky={{ offsetHeader: 48 }}
        width={shown.reduce((sum, column) => sum + (column.width ?? 120), 0)}
        locale={{
          emptyText: rows ? (
            <div className="page-wait">
              <div>{props.emptyTitle ?? t('page.empty')}</div>
              {props.emptyHint}
            </div>
          ) : (
            <PageWait />
          ),
        }}
        columns={shown.map((column) => ({
          key: column.key,
          title: column.title,
          width: column.width ?? 120,
          align: column.align ?? 'left',
          fixed: column.isFixed ? ('left' as const) : undefined,
          card: column.card ?? (column.isFixed ? ('title' as const) : ('half' as const)),
          render: column.render,
        }))}
      />
      <Pages
        search={search}
        onSearch={onSearch}
        meta={meta}
        note={shown.some((column) => column.isInstant) ? t('table.zone') : null}
      />
    </div>
  );
}

function rowsText(n: number, meta: ListMeta | undefined, page: number): string {
  const here = t('table.rows', { count: count(n) });
  const isWhole = page === 1 && !meta?.next;
  if (isWhole) return t('table.total', { total: count(n) });
  const total = meta?.total;
  return total == null ? here : `${t('table.total', { total: count(total) })}，${here}`;
}

function ColumnChoice<Row>(props: {
  columns: Column<Row>[];
  isShown: (column: Column<Row>) => boolean;
  search: ListSearch;
  onSearch: (search: ListSearch) => void;
}) {
  const { columns, isShown, search, onSearch } = props;
  const choose = (column: Column<Row>, isChosen: boolean) => {
    const next = columns.filter((it) => !it.isFixed && (it === column ? isChosen : isShown(it)));
    onSearch({ ...search, cols: next.map((it) => it.key).join(',') || '-' });
  };
  const reset = () => {
    const { cols: _cols, ...rest } = search;
    onSearch(rest);
  };
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      title={t('table.columns_hint')}
      content={
        <>
          <div className="column-choice">
            {columns.map((column) => (
              <Checkbox
                key={column.key}
                checked={isShown(column)}
                disabled={column.isFixed ?? false}
                onChange={(event) => choose(column, event.target.checked)}
              >
                {column.title}
              </Checkbox>
            ))}
          </div>
          <Button size="small" type="link" onClick={reset} disabled={!search.cols}>
            {t('table.columns_reset')}
          </Button>
        </>
      }
    >
      <Button size="small" icon={<SettingOutlined aria-hidden />}>
        {t('table.columns')}
      </Button>
    </Popover>
  );
}

/** 翻页：只能往后看，往回靠浏览器的历史。 */
function Pages(props: {
  search: ListSearch;
  onSearch: (search: ListSearch) => void;
  meta: ListMeta | undefined;
  note: string | null;
}) {
  const { search, onSearch, meta } = props;
  const router = useRouter();
  const page = search.page ?? 1;
  const next = meta?.next;
  return (
    <nav className="table-foot" aria-label={t('table.page', { page })}>
      {props.note && <span className="quiet">{props.note}</span>}
      {page > 5 && <span className="quiet">{t('table.huge')}</span>}
      <span className="grow" />
      <Select
        size="small"
        aria-label={t('table.page_size')}
        value={search.size ?? PAGE_SIZE}
        options={PAGE_SIZES.map((size) => ({ value: size, label: t('table.per_page', { count: size }) }))}
        onChange={(size) => onSearch({ ...fromStart(search), size })}
      />
      <span className="table-turn">
        <Button size="small" disabled={page === 1} onClick={() => onSearch(fromStart(search))}>
          {t('table.first')}
        </Button>
        <Button size="small" disabled={page === 1} onClick={() => router.history.back()}>
          {t('table.previous')}
        </Button>
        <span className="num">{t('table.page', { page })}</span>
        <Button
          size="small"
          disabled={!next}
          onClick={() => next && onSearch({ ...search, cursor: next, page: page + 1 })}
        >
          {t('table.next')}
        </Button>
      </span>
    </nav>
  );
}
