// A tested period: days in UTC, in which candles are counted.
import { useRegion } from '../../components/region';
import { formatDays } from '../../formatting';

export function Period({ start, end }: { start: string; end: string }) {
  const { locale } = useRegion();
  return (
    <span className="figure" title={`${start} to ${end}`}>
      {formatDays(start, end, locale)}
    </span>
  );
}
