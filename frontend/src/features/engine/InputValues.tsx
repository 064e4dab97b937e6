// The numbers that the strategy saw.
import { useRegion } from '../../components/region';
import { formatPrice } from '../../formatting';

export function InputValues({ inputs }: { inputs: Record<string, unknown> }) {
  const { locale } = useRegion();
  const values = Object.entries(inputs).filter(
    ([, value]) => typeof value === 'number' || typeof value === 'string',
  );
  if (values.length === 0) return null;
  return (
    <dl className="mt-3 grid grid-cols-[auto_auto] justify-between gap-x-4 gap-y-1 text-xs">
      {values.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-faint">{title(name)}</dt>
          <dd className="figure text-right text-ink-soft">{text(value, locale)}</dd>
        </div>
      ))}
    </dl>
  );
}

function title(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function text(value: unknown, locale: string): string {
  const written = String(value);
  return /^-?\d+(\.\d+)?$/.test(written) ? formatPrice(written, locale) : written;
}
