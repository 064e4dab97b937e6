// The numbers that the strategy saw.
import { useRegion } from '../../components/region';
import { seenValues } from './inputs';

export function InputValues({ inputs }: { inputs: Record<string, unknown> }) {
  const { locale } = useRegion();
  const values = seenValues(inputs, locale);
  if (values.length === 0) return null;
  return (
    <dl className="mt-3 grid grid-cols-[auto_auto] justify-between gap-x-4 gap-y-1 text-xs">
      {values.map(({ name, text }) => (
        <div key={name} className="contents">
          <dt className="text-ink-faint">{name}</dt>
          <dd className="figure text-right text-ink-soft">{text}</dd>
        </div>
      ))}
    </dl>
  );
}
