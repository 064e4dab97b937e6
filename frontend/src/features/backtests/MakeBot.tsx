// Makes a bot form of a backtest; what cannot be carried over is said first.
import { CpuChipIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { useNavigate } from 'react-router';
import { toApiError } from '../../api/errors';
import type { BotDraft } from '../../api/types';
import { Button } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { useBotDraftOf } from './commands';

export function MakeBot({ id }: { id: string }) {
  const [draft, setDraft] = useState<BotDraft | null>(null);
  const fetchDraft = useBotDraftOf(id);
  const navigate = useNavigate();

  function open(made: BotDraft): void {
    void navigate('/bots/new', { state: { draft: made.draft } });
  }

  return (
    <>
      <Button
        variant="primary"
        icon={<CpuChipIcon className="size-3.5" />}
        busy={fetchDraft.isPending}
        onClick={() => {
          fetchDraft.mutate(undefined, {
            onSuccess: (made) => {
              if (made.notices.length === 0) open(made);
              else setDraft(made);
            },
            onError: (cause) => toast.error(toApiError(cause).message),
          });
        }}
      >
        Make this a bot
      </Button>
      {draft && (
        <Dialog
          title="Before it becomes a bot"
          onClose={() => {
            setDraft(null);
          }}
        >
          <ul className="list-disc space-y-2 pl-5 text-sm text-ink-soft">
            {draft.notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
          <div className="mt-5 flex justify-end gap-2">
            <Button
              variant="plain"
              onClick={() => {
                setDraft(null);
              }}
            >
              Cancel
            </Button>
            <Button
              variant="primary"
              onClick={() => {
                open(draft);
              }}
            >
              Open the bot form
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
