// Socket messages about backtests, optimisations and downloads, written into the cached lists and pages.
import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '../../api/queryKeys';
import type { Download, Page, RunStatus } from '../../api/types';
import type { RunProgress } from './messages';

interface Run {
  id: string;
  status: RunStatus;
  progress: number;
}

export function isOver(status: RunStatus): boolean {
  return status !== 'queued' && status !== 'running';
}

/** Moves the run's progress; when it begins and when it is over, the answers about it are asked for again. */
export function takeRunProgress(client: QueryClient, { id, kind, status, progress }: RunProgress): void {
  const family = kind === 'backtest' ? queryKeys.backtests : queryKeys.optimizations;
  const key = kind === 'backtest' ? queryKeys.backtest(id) : queryKeys.optimization(id);
  const change = { status, progress };
  let isNews = false;
  const changed = <Kind extends Run>(run: Kind): Kind => {
    // A message that comes late does not bring a finished run back to life.
    if (isOver(run.status)) return run;
    isNews ||= run.status !== status;
    return { ...run, ...change };
  };
  client.setQueryData<Run>(key, (run) => run && changed(run));
  let isListed = false;
  for (const [pageKey, page] of client.getQueriesData<Page<Run>>({ queryKey: [...family, 'page'] })) {
    const index = page?.items.findIndex((run) => run.id === id) ?? -1;
    const run = page?.items[index];
    if (!page || !run) continue;
    isListed = true;
    client.setQueryData(pageKey, { ...page, items: page.items.with(index, changed(run)) });
  }
  const isNew = !isListed && progress === 0;
  if (isOver(status) || isNews || isNew) void client.invalidateQueries({ queryKey: family });
}

/** Moves a download's progress; what it brought is asked for when it is over. */
export function takeDownload(client: QueryClient, download: Download): void {
  client.setQueryData(queryKeys.download(download.id), download);
  if (download.status === 'queued' || download.status === 'running') return;
  void client.invalidateQueries({ queryKey: queryKeys.holdings });
}
