// What the bot will do, in plain words, while it is being written.
import { ExclamationTriangleIcon } from '@heroicons/react/16/solid';
import type { ReactNode } from 'react';
import { useRegion } from '../../components/region';
import type { FormChoices } from './BotForm';
import type { BotFormValues } from './botForm';
import { describeBot } from './description';

interface BotSummaryProps {
  values: BotFormValues;
  choices: FormChoices;
}

export function BotSummary({ values, choices }: BotSummaryProps) {
  const { locale } = useRegion();
  const { looks, buys, sells, account, warnings } = describeBot(values, choices, locale);
  return (
    <section aria-live="polite" className="rounded-lg border border-line bg-surface p-5">
      <h2 className="eyebrow">What this bot will do</h2>
      <dl className="mt-3 space-y-4 text-sm text-ink-soft">
        <Part title="Looks">{looks}</Part>
        <Part title="Buys">{buys}</Part>
        <Part title="Sells">
          <ul className="space-y-1">
            {sells.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Part>
        <Part title="Account">{account}</Part>
      </dl>
      {warnings.length > 0 && (
        <ul className="mt-4 space-y-2 border-t border-line pt-4">
          {warnings.map((warning) => (
            <li key={warning} className="flex items-start gap-2 text-sm text-ink">
              <ExclamationTriangleIcon aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
              {warning}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="border-l-2 border-line-strong pl-3">
      <dt className="text-xs font-medium text-ink-faint">{title}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}
