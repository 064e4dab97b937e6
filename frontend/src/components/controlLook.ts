// How everything that is typed into looks.
export const controlLook =
  'w-full rounded-md border border-control-edge bg-field text-base text-ink transition-colors ' +
  'placeholder:text-ink-faint hover:border-ink-faint disabled:cursor-not-allowed disabled:opacity-60 ' +
  'aria-invalid:border-attention focus-visible:outline-offset-0';
