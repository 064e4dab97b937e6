// Everything at once: switches trading off, pauses every bot, and where wanted sells all they hold.
import { HandRaisedIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import { Button } from '../../components/Button';
import { PanicDialog } from './PanicDialog';

export function PanicButton() {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button
        variant="danger"
        icon={<HandRaisedIcon className="size-3.5" />}
        onClick={() => {
          setAsking(true);
        }}
      >
        Panic button
      </Button>
      {asking && (
        <PanicDialog
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}
