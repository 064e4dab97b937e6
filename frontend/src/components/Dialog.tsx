// A question that has to be answered first; focus stays inside and Escape closes it.
import { useEffect, useId, useRef, type ReactNode } from 'react';

interface DialogProps {
  title: string;
  /** Absent where the question cannot be put off. */
  onClose?: () => void;
  size?: keyof typeof SIZES;
  children: ReactNode;
}

const SIZES = {
  medium: 'w-[min(28rem,calc(100vw-2rem))]',
  large: 'w-[min(40rem,calc(100vw-2rem))]',
} as const;

export function Dialog({ title, onClose, size = 'medium', children }: DialogProps) {
  const id = useId();
  const close = useRef(onClose);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    // Chromium closes a dialog on the second Escape whatever "cancel" says.
    function answerEscape(event: KeyboardEvent): void {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      close.current?.();
    }
    element?.showModal();
    element?.addEventListener('keydown', answerEscape);
    return () => {
      element?.removeEventListener('keydown', answerEscape);
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  useEffect(() => {
    close.current = onClose;
  }, [onClose]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      className={`m-auto ${SIZES[size]} rounded-lg border border-line-strong bg-surface p-0 text-left whitespace-normal text-ink shadow-float`}
      onCancel={(event) => {
        event.preventDefault();
      }}
    >
      <div className="p-5 sm:p-6">
        <h2 id={id} className="text-lg font-semibold">
          {title}
        </h2>
        <div className="mt-3">{children}</div>
      </div>
    </dialog>
  );
}
