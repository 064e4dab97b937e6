// Deletes a bot after its name was typed; its trades stay.
import { TrashIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { useNavigate } from 'react-router';
import { toApiError } from '../../api/errors';
import type { Bot } from '../../api/types';
import { Button } from '../../components/Button';
import { useDeleteBot } from './commands';
import { ConfirmByName } from './ConfirmByName';

export function DeleteBot({ bot }: { bot: Bot }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteBot();
  const navigate = useNavigate();
  return (
    <>
      <Button
        variant="plain"
        icon={<TrashIcon className="size-3.5" />}
        onClick={() => {
          remove.reset();
          setAsking(true);
        }}
      >
        Delete
      </Button>
      {asking && (
        <ConfirmByName
          title="Delete this bot?"
          name={bot.name}
          confirmLabel="Delete bot"
          busy={remove.isPending}
          problem={remove.error ? toApiError(remove.error).message : undefined}
          onClose={() => {
            setAsking(false);
          }}
          onConfirm={() => {
            remove.mutate(bot.id, {
              onSuccess: () => {
                toast.success(`${bot.name} was deleted.`);
                void navigate('/bots', { replace: true });
              },
            });
          }}
        >
          The bot and its settings go for good. Its trades stay in your record, because they are part of your
          results.
        </ConfirmByName>
      )}
    </>
  );
}
