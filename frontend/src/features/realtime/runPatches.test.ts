import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, it, vi, type MockInstance } from 'vitest';
import { queryKeys } from '../../api/queryKeys';
import type { Download } from '../../api/types';
import { pageOf } from '../../testing/records';
import type { RunProgress } from './messages';
import { takeDownload, takeRunProgress } from './runPatches';

let client: QueryClient;
let invalidate: MockInstance<QueryClient['invalidateQueries']>;

beforeEach(() => {
  client = new QueryClient();
  invalidate = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
});

const run = { id: 'run', status: 'running', progress: 10, name: 'Trend' };

function message(change: Partial<RunProgress> = {}): RunProgress {
  return { id: 'run', kind: 'backtest', name: 'Trend', status: 'running', progress: 40, step: '', ...change };
}

it('moves the run on its page and in the lists, without asking again', () => {
  client.setQueryData(queryKeys.backtest('run'), run);
  client.setQueryData(queryKeys.backtestPage({}), pageOf([{ ...run, id: 'other' }, run]));
  takeRunProgress(client, message());
  expect(client.getQueryData(queryKeys.backtest('run'))).toEqual({ ...run, progress: 40 });
  expect(client.getQueryData(queryKeys.backtestPage({}))).toMatchObject({
    items: [{ progress: 10 }, { progress: 40 }],
  });
  expect(invalidate).not.toHaveBeenCalled();
});

it('asks again when it begins, when it is over, and when it is a new one', () => {
  client.setQueryData(queryKeys.optimization('run'), { ...run, status: 'queued', progress: 0 });
  takeRunProgress(client, message({ kind: 'optimization', progress: 0 }));
  takeRunProgress(client, message({ kind: 'optimization', status: 'completed', progress: 100 }));
  takeRunProgress(client, message({ id: 'new', status: 'queued', progress: 0 }));
  expect(invalidate.mock.calls.map(([filter]) => filter?.queryKey)).toEqual([
    queryKeys.optimizations,
    queryKeys.optimizations,
    queryKeys.backtests,
  ]);
});

it('does not bring a finished run back to life', () => {
  client.setQueryData(queryKeys.backtest('run'), { ...run, status: 'canceled' });
  takeRunProgress(client, message());
  expect(client.getQueryData(queryKeys.backtest('run'))).toMatchObject({ status: 'canceled', progress: 10 });
});

it('a finished download makes what is stored be asked for', () => {
  const download = { id: 'one', status: 'running', percentage: 5 } as Download;
  takeDownload(client, download);
  expect(client.getQueryData(queryKeys.download('one'))).toEqual(download);
  expect(invalidate).not.toHaveBeenCalled();
  takeDownload(client, { ...download, status: 'done' });
  expect(invalidate).toHaveBeenCalledWith({ queryKey: queryKeys.holdings });
});
