// Taking everything along, and deleting the account.
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../../api/errors';
import type { User } from '../../api/types';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { saveFile } from '../../api/saveFile';
import { DeleteAccountDialog } from './DeleteAccountDialog';

export function DataCard({ user }: { user: User }) {
  const [saving, setSaving] = useState(false);
  const [deleting, setDeleting] = useState(false);

  async function save(): Promise<void> {
    setSaving(true);
    try {
      await saveFile('/users/me/export', 'tradefleet.zip', 'application/zip');
    } catch (cause) {
      toast.error(toApiError(cause).message);
    } finally {
      setSaving(false);
    }
  }

  return (
    <Card title="Your data">
      <ul className="divide-y divide-line text-sm">
        <li className="flex flex-wrap items-center justify-between gap-3 pb-4">
          <p className="max-w-sm text-ink-soft">
            Everything that is stored of you, as one archive: each table as JSON and CSV, and candles that you
            uploaded.
          </p>
          <Button busy={saving} onClick={save}>
            Download everything
          </Button>
        </li>
        <li className="flex flex-wrap items-center justify-between gap-3 pt-4">
          <p className="max-w-sm text-ink-soft">
            Deleting the account stops its bots, destroys its exchange keys and erases all of this for good.
          </p>
          <Button
            variant="danger"
            onClick={() => {
              setDeleting(true);
            }}
          >
            Delete account
          </Button>
        </li>
      </ul>
      {deleting && (
        <DeleteAccountDialog
          user={user}
          onClose={() => {
            setDeleting(false);
          }}
        />
      )}
    </Card>
  );
}
