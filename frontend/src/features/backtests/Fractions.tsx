// Fractions of 1 as per cent.
import Big from 'big.js';
import { Percent } from '../../components/Figures';
import { useRegion } from '../../components/region';
import { formatPercent, NOTHING } from '../../formatting';

type Fraction = string | number | null | undefined;

/** A gain or a loss: with sign, arrow and colour. */
export function Return({ value }: { value: Fraction }) {
  return <Percent value={value == null ? null : inPerCent(value)} />;
}

/** A share, which is neither good nor bad. */
export function Share({ value, places = 2 }: { value: Fraction; places?: number }) {
  const { locale } = useRegion();
  if (value == null) return <span className="text-ink-faint">{NOTHING}</span>;
  return <span className="figure">{formatPercent(inPerCent(value), locale, places)}</span>;
}

function inPerCent(value: string | number): string {
  return Big(value).times(100).toFixed();
}
