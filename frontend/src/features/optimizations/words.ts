// The codes of optimisations in words.
import type { Metric, Objective, SearchMethod } from '../../api/types';
import type { Region } from '../../formatting';
import { metricText } from '../backtests/metricText';

interface Words {
  title: string;
  help: string;
}

export const METHODS: Record<SearchMethod, Words> = {
  grid: { title: 'Grid', help: 'Tries every combination. Best for up to a few thousand.' },
  random: {
    title: 'Random',
    help: 'Tries a random sample of the combinations. For spaces too large for a grid.',
  },
  bayesian: {
    title: 'Bayesian',
    help: 'Looks where earlier trials were good. Finds good ones with few trials; its map is uneven.',
  },
  walk_forward: {
    title: 'Walk-forward',
    help: 'Searches on one part, tests on the next that the search has not seen, moves on, and chains the tests. The most honest of the four.',
  },
};

interface ObjectiveWords extends Words {
  unit: Metric['unit'];
  /** Whether a smaller value is the better one. */
  less?: true;
}

export const OBJECTIVES: Record<Objective, ObjectiveWords> = {
  sharpe: {
    title: 'Sharpe ratio',
    help: 'Return for the risk taken. Needs some weeks of data.',
    unit: 'ratio',
  },
  sortino: {
    title: 'Sortino ratio',
    help: 'Return for the losses suffered. Needs some weeks.',
    unit: 'ratio',
  },
  calmar: { title: 'Calmar ratio', help: 'Yearly return over the deepest drawdown.', unit: 'ratio' },
  total_return: { title: 'Total return', help: 'The return of the whole period.', unit: 'fraction' },
  cagr: { title: 'Yearly return', help: 'The return as it would be in a year.', unit: 'fraction' },
  profit_factor: { title: 'Profit factor', help: 'All profits over all losses.', unit: 'ratio' },
  expectancy: { title: 'Expectancy', help: 'The mean result of a trade.', unit: 'money' },
  win_rate: {
    title: 'Win rate',
    help: 'The share of trades with a profit, however small. Alone it misleads.',
    unit: 'fraction',
  },
  max_drawdown: { title: 'Drawdown', help: 'The deepest fall from a peak.', unit: 'fraction', less: true },
  ulcer_index: {
    title: 'Ulcer index',
    help: 'Depth and length of drawdowns in one.',
    unit: 'fraction',
    less: true,
  },
};

export function objectiveText(objective: Objective, value: string | number, region: Region): string {
  return metricText({ unit: OBJECTIVES[objective].unit, value: String(value) }, region) ?? '';
}
