// A part of a long form, with its heading in the frame.
import type { ReactNode } from 'react';

export function FormSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0 rounded-lg border border-line bg-surface px-5 pb-5">
      <legend className="eyebrow -ml-1 px-1">{title}</legend>
      <div className="grid gap-5 pt-2 sm:grid-cols-2">{children}</div>
    </fieldset>
  );
}

/** A part of which most people need nothing; open where something of it is set. */
export function FoldedSection({
  title,
  open,
  children,
}: {
  title: string;
  open: boolean;
  children: ReactNode;
}) {
  return (
    <details open={open} className="group min-w-0 rounded-lg border border-line bg-surface">
      <summary className="flex cursor-pointer items-center justify-between rounded-lg px-5 py-3 text-sm font-medium text-ink-soft hover:text-ink">
        {title}
        <span aria-hidden className="text-ink-faint transition-transform group-open:rotate-90">
          ›
        </span>
      </summary>
      <div className="grid gap-5 px-5 pb-5 sm:grid-cols-2">{children}</div>
    </details>
  );
}
