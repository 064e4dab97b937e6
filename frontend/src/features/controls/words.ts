// What the panic button set in motion, in sentences.
import type { PanicAnswer } from '../../api/types';

export function panicSentences({ paused_bots: bots, closing_positions: positions }: PanicAnswer): string[] {
  return [
    bots === 0 ? 'No bot was running.' : `${counted(bots, 'bot was', 'bots were')} paused.`,
    positions === 0
      ? 'Nothing is being sold.'
      : `${counted(positions, 'position is', 'positions are')} being sold; the trades show when each is done.`,
    'Switch trading on from the line at the top of every page, then resume the bots that shall go on.',
  ];
}

function counted(count: number, one: string, many: string): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
