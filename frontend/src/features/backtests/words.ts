// The codes of backtests in words.
import type { Backtest, RunStatus, Strategy } from '../../api/types';
import { closeWords } from '../engine/words';

export const STATUS_WORDS: Record<RunStatus, string> = {
  queued: 'Queued',
  running: 'Running',
  completed: 'Complete',
  failed: 'Failed',
  canceled: 'Canceled',
};

export const STATUS_FILTERS: readonly { value: RunStatus | 'all'; title: string }[] = [
  { value: 'all', title: 'All' },
  { value: 'running', title: 'Running' },
  { value: 'queued', title: 'Queued' },
  { value: 'completed', title: 'Complete' },
  { value: 'failed', title: 'Failed' },
  { value: 'canceled', title: 'Canceled' },
];

interface GradeWords {
  title: string;
  tone: 'plain' | 'accent' | 'attention';
}

const GRADES: Record<string, GradeWords> = {
  strong: { title: 'Strong', tone: 'accent' },
  promising: { title: 'Promising', tone: 'accent' },
  weak: { title: 'Weak', tone: 'plain' },
  losing: { title: 'Loses money', tone: 'plain' },
  too_few_trades: { title: 'Too few trades', tone: 'plain' },
  not_to_be_trusted: { title: 'Not to be trusted', tone: 'attention' },
};

export function gradeWords(grade: string): GradeWords {
  return GRADES[grade] ?? { title: sentence(grade), tone: 'plain' };
}

/** Why something was bought or sold. */
export function reasonWords(reason: string): string {
  return sentence(closeWords(reason) ?? reason);
}

function sentence(code: string): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function strategyTitle(name: string, strategies: readonly Strategy[] | undefined): string {
  return strategies?.find((one) => one.name === name)?.title ?? sentence(name);
}

/** What a backtest is called where it was given no name. */
export function nameOf(run: Pick<Backtest, 'name' | 'symbol' | 'timeframe'>): string {
  return run.name || `${run.symbol} ${run.timeframe}`;
}
