// The question before everything is stopped at once, and in words what was set in motion.
import { useState } from 'react';
import { toApiError } from '../../api/errors';
import type { PanicAnswer } from '../../api/types';
import { Button } from '../../components/Button';
import { Checkbox } from '../../components/Checkbox';
import { Dialog } from '../../components/Dialog';
import { FormProblem } from '../../components/Field';
import { usePanic } from './commands';
import { panicSentences } from './words';

export function PanicDialog({ onClose }: { onClose: () => void }) {
  const panic = usePanic();
  if (panic.data) return <Result answer={panic.data} onClose={onClose} />;
  return (
    <Question
      busy={panic.isPending}
      problem={panic.error ? toApiError(panic.error).message : undefined}
      onClose={onClose}
      onConfirm={panic.mutate}
    />
  );
}

interface QuestionProps {
  busy: boolean;
  problem: string | undefined;
  onClose: () => void;
  onConfirm: (closePositions: boolean) => void;
}

function Question({ busy, problem, onClose, onConfirm }: QuestionProps) {
  const [sells, setSells] = useState(false);
  return (
    <Dialog title="Stop all buying now?" onClose={onClose}>
      <div className="space-y-4 text-sm text-ink-soft">
        <ul className="list-disc space-y-1 pl-5 marker:text-ink-faint">
          <li>Trading is switched off: no bot buys until you switch it on again.</li>
          <li>Every running bot is paused, and purchases that rest at an exchange are taken back.</li>
          <li>What the bots hold stays watched, stops and targets too.</li>
        </ul>
        <Checkbox
          label="Also sell everything"
          detail="At the market’s prices of the moment, real money included. This cannot be taken back."
          checked={sells}
          className="rounded-md border border-control-edge px-3 py-2.5"
          onChange={(event) => {
            setSells(event.target.checked);
          }}
        />
        <FormProblem message={problem} />
        <div className="flex justify-end gap-2">
          <Button variant="plain" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="danger"
            busy={busy}
            onClick={() => {
              onConfirm(sells);
            }}
          >
            {sells ? 'Stop and sell everything' : 'Stop all buying'}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Result({ answer, onClose }: { answer: PanicAnswer; onClose: () => void }) {
  return (
    <Dialog title="Trading is switched off" onClose={onClose}>
      <div role="status" className="space-y-1.5 text-sm text-ink-soft">
        {panicSentences(answer).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <div className="mt-5 flex justify-end">
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}
