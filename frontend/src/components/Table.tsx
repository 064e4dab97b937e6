// A dense table: the header stays in sight, a narrow screen scrolls it sideways.
import type { ReactNode } from 'react';
import { Skeleton } from './Skeleton';
import { Term } from './Tooltip';

export interface Column<Row> {
  name: string;
  title: string;
  definition?: ReactNode;
  align?: 'left' | 'right';
  cell: (row: Row) => ReactNode;
}

interface TableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  /** undefined while they are loading. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** What stands in place of rows when there are none. */
  empty: ReactNode;
  /** Rows that a skeleton keeps room for. */
  expected?: number;
  /** Highest height in rem before the table scrolls by itself. */
  scrollAfter?: 'max-h-80' | 'max-h-96' | 'max-h-[32rem]';
  isNew?: (row: Row) => boolean;
}

export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, rowKey, empty, expected = 5, scrollAfter, isNew } = props;
  if (rows?.length === 0) return <>{empty}</>;
  return (
    <div className={`overflow-auto ${scrollAfter ?? ''}`}>
      <table aria-label={label} aria-busy={!rows} className="w-full border-separate border-spacing-0 text-sm">
        <thead>
          <tr>
            {columns.map((column) => (
              <HeaderCell key={column.name} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows
            ? rows.map((row) => (
                <tr key={rowKey(row)} className={`group ${isNew?.(row) ? 'arrived' : ''}`}>
                  {columns.map((column) => (
                    <td key={column.name} className={`${CELL} ${alignment(column)} group-hover:bg-raised`}>
                      {column.cell(row)}
                    </td>
                  ))}
                </tr>
              ))
            : Array.from({ length: expected }, (_, index) => (
                <tr key={index}>
                  {columns.map((column) => (
                    <td key={column.name} className={CELL}>
                      <Skeleton
                        className={`h-3.5 w-full max-w-24 ${column.align === 'right' ? 'ml-auto' : ''}`}
                      />
                    </td>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}

const CELL = 'h-9 border-t border-line px-3 first:pl-4 last:pr-4 whitespace-nowrap';

function alignment<Row>(column: Column<Row>): string {
  return column.align === 'right' ? 'text-right' : 'text-left';
}

function HeaderCell<Row>({ column }: { column: Column<Row> }) {
  return (
    <th
      scope="col"
      className={`sticky top-0 z-10 h-8 bg-surface px-3 text-xs font-normal whitespace-nowrap text-ink-faint first:pl-4 last:pr-4 ${alignment(column)}`}
    >
      {column.definition ? <Term definition={column.definition}>{column.title}</Term> : column.title}
    </th>
  );
}
