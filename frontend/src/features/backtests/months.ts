// Monthly returns as a table of years, and how strongly each cell is coloured.
import type { Month } from '../../api/types';

export interface YearRow {
  year: number;
  /** January first; null where the run had no such month. */
  months: (number | null)[];
  /** The months' returns chained. */
  total: number;
}

export function yearRows(months: readonly Month[]): YearRow[] {
  const years = [...new Set(months.map((month) => month.year))].sort((one, other) => one - other);
  return years.map((year) => {
    const own = months.filter((month) => month.year === year);
    const cells = Array.from({ length: 12 }, (_, index) => {
      const found = own.find((month) => month.month === index + 1);
      return found ? Number(found.value) : null;
    });
    const total = own.reduce((chained, month) => chained * (1 + Number(month.value)), 1) - 1;
    return { year, months: cells, total };
  });
}

/** From 0 to 1: the strongest month of all is 1. */
export function strengthOf(value: number, rows: readonly YearRow[]): number {
  const strongest = Math.max(0, ...rows.flatMap((row) => row.months.map((month) => Math.abs(month ?? 0))));
  return strongest === 0 ? 0 : Math.abs(value) / strongest;
}
