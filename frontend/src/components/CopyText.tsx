// Text to be taken elsewhere, with a button that copies it.
import { CheckIcon, ClipboardIcon } from '@heroicons/react/16/solid';
import { useId, useState } from 'react';
import toast from 'react-hot-toast';
import { Button } from './Button';

interface CopyTextProps {
  label: string;
  text: string;
}

export function CopyText({ label, text }: CopyTextProps) {
  const id = useId();
  const [copied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      toast.error('The browser does not let this page copy. Mark the text and copy it yourself.');
    }
  }

  return (
    <div className="min-w-0">
      <div className="mb-1 flex items-center justify-between gap-3">
        <span id={id} className="text-sm font-medium text-ink-soft">
          {label}
        </span>
        <Button
          size="small"
          variant="plain"
          aria-label={`Copy: ${label}`}
          icon={copied ? <CheckIcon className="size-3.5" /> : <ClipboardIcon className="size-3.5" />}
          onClick={copy}
        >
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <pre
        aria-labelledby={id}
        className="overflow-x-auto rounded-md border border-line bg-ground px-3 py-2 font-mono text-xs leading-5 break-all whitespace-pre-wrap text-ink select-all"
      >
        {text}
      </pre>
    </div>
  );
}
