import { Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { useIsNarrow } from './narrow';

/** 表的一格在卡片里写在哪里：题、整行、半行。 */
export type CardPlace = 'title' | 'wide' | 'half';

export interface SmallColumn<Row> {
  key: string;
  title: string;
  width?: number;
  align?: 'left' | 'right' | 'center';
  fixed?: 'left' | undefined;
  card?: CardPlace;
  render: (row: Row) => ReactNode;
}

interface SmallTableProps<Row> extends Omit<TableProps<Row>, 'columns' | 'scroll'> {
  columns: SmallColumn<Row>[];
  /** 各列合起来至少多宽；窄的屏改作卡片，不横着拖。 */
  width: number;
}

/** 表：宽的屏一行一条，窄的屏一条一张卡片，列名写在每一格上。 */
export function SmallTable<Row extends object>({ columns, width, ...rest }: SmallTableProps<Row>) {
  const isNarrow = useIsNarrow();
  return (
    <Table<Row>
      size="small"
      pagination={false}
      {...rest}
      {...(isNarrow ? { className: 'as-cards', sticky: false } : { scroll: { x: width } })}
      columns={columns.map(({ card, render, fixed, align, ...column }) => ({
        ...column,
        ...(isNarrow
          ? { onCell: () => ({ 'data-label': column.title, className: `is-${card ?? 'half'}` }) }
          : { fixed, ...(align ? { align } : {}) }),
        render: (_: unknown, row: Row) => render(row),
      }))}
    />
  );
}
