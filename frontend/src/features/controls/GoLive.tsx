// From paper to live: account, money and name, a checklist, and the bot's name typed.
import { BoltIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import type { ApiKey, Bot } from '../../api/types';
import { Button, ButtonLink } from '../../components/Button';
import { Dialog } from '../../components/Dialog';
import { EmptyState } from '../../components/EmptyState';
import { ErrorState } from '../../components/ErrorState';
import { Skeleton } from '../../components/Skeleton';
import { useApiKeys } from '../exchanges/queries';
import { GoLiveForm } from './GoLiveForm';

export function GoLive({ bot }: { bot: Bot }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        icon={<BoltIcon className="size-3.5" />}
        onClick={() => {
          setOpen(true);
        }}
      >
        Go live
      </Button>
      {open && (
        <GoLiveDialog
          bot={bot}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

interface GoLiveDialogProps {
  bot: Bot;
  onClose: () => void;
}

function GoLiveDialog({ bot, onClose }: GoLiveDialogProps) {
  const [live, setLive] = useState<Bot | null>(null);
  if (live) return <Made live={live} onClose={onClose} />;
  return (
    <Dialog title={`Take ${bot.name} live`} size="large" onClose={onClose}>
      <p className="mb-4 text-sm text-ink-soft">
        A live bot of the same settings is made beside the paper bot, which goes on. It is stopped until you
        start it.
      </p>
      <Body bot={bot} onClose={onClose} onMade={setLive} />
    </Dialog>
  );
}

interface BodyProps extends GoLiveDialogProps {
  onMade: (live: Bot) => void;
}

function Body({ bot, onClose, onMade }: BodyProps) {
  const keys = useApiKeys();
  if (keys.isError && !keys.data) {
    return (
      <ErrorState
        title="Your keys could not be loaded"
        cause={keys.error}
        onRetry={() => void keys.refetch()}
        retrying={keys.isFetching}
      />
    );
  }
  if (!keys.data) return <Skeleton className="h-60" />;
  const usable: ApiKey[] = keys.data.items.filter((key) => key.exchange === bot.exchange);
  if (usable.length === 0) {
    return (
      <EmptyState
        title="No account at this bot’s exchange is connected"
        action={
          <ButtonLink to="/exchange-keys" variant="primary">
            Connect an account
          </ButtonLink>
        }
      >
        A live bot trades on an account of yours, through a key that may trade and cannot withdraw.
      </EmptyState>
    );
  }
  return <GoLiveForm bot={bot} keys={usable} onClose={onClose} onMade={onMade} />;
}

function Made({ live, onClose }: { live: Bot; onClose: () => void }) {
  return (
    <Dialog title={`${live.name} is ready`} onClose={onClose}>
      <p className="text-sm text-ink-soft">
        It is stopped. Look at it once more and start it; the paper bot goes on beside it, so that the truth
        report can compare them.
      </p>
      <div className="mt-5 flex justify-end gap-2">
        <Button variant="plain" onClick={onClose}>
          Later
        </Button>
        <ButtonLink to={`/bots/${live.id}`} variant="primary">
          To the live bot
        </ButtonLink>
      </div>
    </Dialog>
  );
}
