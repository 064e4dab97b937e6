// The numbers that a strategy saw, as names and texts in an order that reads well.
import { formatPrice, isDecimal } from '../../formatting';

export interface SeenValue {
  name: string;
  text: string;
}

/** The price first, then by name, numbers in names by size: SMA 5 before SMA 15. */
export function seenValues(inputs: Record<string, unknown>, locale: string): SeenValue[] {
  return Object.entries(inputs)
    .filter((entry): entry is [string, string | number] => ['string', 'number'].includes(typeof entry[1]))
    .sort(([one], [other]) => rank(one) - rank(other) || one.localeCompare(other, 'en', { numeric: true }))
    .map(([name, value]) => ({ name: title(name), text: written(String(value), locale) }));
}

function rank(name: string): number {
  return name === 'price' ? 0 : 1;
}

function title(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function written(value: string, locale: string): string {
  return isDecimal(value) ? formatPrice(value, locale) : value;
}
