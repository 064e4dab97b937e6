// The courses of a bot by name.
import type { Course } from '../../api/types';

export const MODE_WORDS: Record<Course['mode'], string> = {
  backtest: 'Backtest',
  paper: 'Paper',
  live: 'Live',
};
