// Socket messages about backtests, optimisations and downloads, written into the cached lists and pages.
import type { QueryClient, QueryKey } from '@tanstack/react-query';
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
export function takeRunProgress(client: QueryClient, message: RunProgress): void {
  const { id, kind, status, progress } = message;
  const family = kind === 'backtest' ? queryKeys.backtests : queryKeys.optimizations;
  const before = knownRuns(client, family, id);
  client.setQueryData<Run>([...family, 'one', id], (run) => run && moved(run, message));
  for (const [key, page] of client.getQueriesData<Page<Run>>({ queryKey: [...family, 'page'] })) {
    const index = page?.items.findIndex((run) => run.id === id) ?? -1;
    const run = page?.items[index];
    if (page && run)
      client.setQueryData(key, { ...page, items: page.items.with(index, moved(run, message)) });
  }
  const isNews = before.some((known) => known !== status);
  const isNew = before.length === 0 && progress === 0;
  if (isOver(status) || isNews || isNew) void client.invalidateQueries({ queryKey: family });
}

/** A message that comes late does not bring a finished run back to life. */
function moved<Kind extends Run>(run: Kind, { status, progress }: RunProgress): Kind {
  return isOver(run.status) ? run : { ...run, status, progress };
}

/** The states that the cache knows the run in. */
function knownRuns(client: QueryClient, family: QueryKey, id: string): RunStatus[] {
  const pages = client.getQueriesData<Page<Run>>({ queryKey: [...family, 'page'] });
  const own = client.getQueryData<Run>([...family, 'one', id]);
  const runs = pages.flatMap(([, page]) => page?.items ?? []).filter((run) => run.id === id);
  return [...runs, ...(own ? [own] : [])].map((run) => run.status);
}

/** Moves a download's progress; what it brought is asked for when it is over. */
export function takeDownload(client: QueryClient, download: Download): void {
  client.setQueryData(queryKeys.download(download.id), download);
  if (download.status === 'queued' || download.status === 'running') return;
  void client.invalidateQueries({ queryKey: queryKeys.holdings });
}
