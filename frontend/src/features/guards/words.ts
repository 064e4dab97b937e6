// What is switched off, in sentences.
import type { Switches } from '../../api/types';

const STAYS = 'No bot buys; what they hold stays watched, and sales go through.';

/** One sentence group for each switch that is off: everybody's, an exchange's, the user's own. */
export function haltSentences(switches: Switches, nameOf: (exchange: string) => string): string[] {
  const sentences: string[] = [];
  if (switches.platform_reason !== null) {
    sentences.push(`Trading is switched off for everybody: ${ended(switches.platform_reason)} ${STAYS}`);
  }
  for (const { exchange, reason } of switches.exchanges) {
    sentences.push(
      `Trading on ${nameOf(exchange)} is switched off: ${ended(reason)} No bot buys there; sales go through.`,
    );
  }
  if (switches.is_halted) {
    sentences.push(`You have switched trading off: ${ended(switches.reason ?? '')} ${STAYS}`);
  }
  return sentences;
}

function ended(reason: string): string {
  const words = reason.trim();
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
