// A definition that shows on hover, on focus and on touch, above everything else, and goes on Escape.
import { useCallback, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

const WIDTH = 272;
const GAP = 8;

function place(tip: HTMLElement, anchor: HTMLElement): void {
  const { left, width, top, bottom } = anchor.getBoundingClientRect();
  const leftmost = left + width / 2 - WIDTH / 2;
  tip.style.left = `${Math.max(GAP, Math.min(leftmost, window.innerWidth - WIDTH - GAP))}px`;
  const fitsBelow = bottom + GAP + tip.offsetHeight < window.innerHeight;
  tip.style.top = `${fitsBelow ? bottom + GAP : Math.max(GAP, top - GAP - tip.offsetHeight)}px`;
}

interface TermProps {
  /** What the words mean. */
  definition: ReactNode;
  children: ReactNode;
}

/** Words with a definition behind them. */
export function Term({ definition, children }: TermProps) {
  return (
    <Trigger
      definition={definition}
      className="cursor-help rounded-sm text-left underline decoration-line-strong decoration-dotted underline-offset-4 hover:decoration-ink-faint"
      style={{ font: 'inherit', letterSpacing: 'inherit', textTransform: 'inherit' }}
    >
      {children}
    </Trigger>
  );
}

/** A question mark with a definition behind it, for where the words are already a label. */
export function HelpTip({ definition }: { definition: ReactNode }) {
  return (
    <Trigger
      definition={definition}
      label="More information"
      className="inline-grid size-4 cursor-help place-items-center rounded-full border border-line-strong text-[10px] leading-none text-ink-faint hover:border-ink-faint hover:text-ink"
    >
      ?
    </Trigger>
  );
}

interface TriggerProps extends TermProps {
  className: string;
  label?: string;
  style?: React.CSSProperties;
}

function Trigger({ definition, className, label, style, children }: TriggerProps) {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const [shown, setShown] = useState(false);

  const present = useCallback((tip: HTMLSpanElement | null) => {
    if (!tip || !anchor.current) return;
    tip.showPopover();
    place(tip, anchor.current);
  }, []);

  function show(): void {
    setShown(true);
  }

  function hide(): void {
    setShown(false);
  }

  function hideOnEscape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !shown) return;
    // Only the definition goes, not the dialog it is in.
    event.stopPropagation();
    event.preventDefault();
    hide();
  }

  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-label={label}
        aria-describedby={shown ? id : undefined}
        className={className}
        style={style}
        onMouseEnter={show}
        onMouseLeave={hide}
        onFocus={show}
        onBlur={hide}
        onClick={show}
        onKeyDown={hideOnEscape}
      >
        {children}
      </button>
      {shown && (
        <span
          ref={present}
          id={id}
          role="tooltip"
          popover="manual"
          className="fixed m-0 w-68 rounded-md border border-line-strong bg-raised px-3 py-2 text-sm leading-snug font-normal tracking-normal whitespace-normal text-ink-soft normal-case shadow-float"
        >
          {definition}
        </span>
      )}
    </>
  );
}
