// A list of administration: its filters above, its rows, its pages below, and what stands there when it fails.
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../../api/types';
import { Card } from '../../components/Card';
import { ErrorState } from '../../components/ErrorState';
import { Pagination } from '../../components/Pagination';
import { Table, type Column } from '../../components/Table';

interface ListCardProps<Row> {
  label: string;
  /** What could not be loaded when it fails: "The users". */
  what: string;
  filters?: ReactNode;
  aside?: ReactNode;
  query: UseQueryResult<Page<Row>>;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  empty: ReactNode;
  onMove: (offset: number) => void;
}

export function ListCard<Row>(props: ListCardProps<Row>) {
  const { label, what, filters, aside, query, columns, rowKey, empty, onMove } = props;
  return (
    <Card flush title={filters} aside={aside}>
      {query.isError && !query.data ? (
        <ErrorState
          title={`${what} could not be loaded`}
          cause={query.error}
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      ) : (
        <>
          <Table
            label={label}
            columns={columns}
            rows={query.data?.items}
            rowKey={rowKey}
            empty={empty}
            expected={8}
          />
          <Pagination page={query.data} onMove={onMove} />
        </>
      )}
    </Card>
  );
}
