// A whole list as a file, with its filters; the page shows only a part of it.
import { ArrowDownTrayIcon } from '@heroicons/react/16/solid';
import { useState } from 'react';
import toast from 'react-hot-toast';
import { toApiError } from '../api/errors';
import { saveFile } from '../api/saveFile';
import { Button } from './Button';

interface ExportCsvProps {
  path: string;
  filter: Record<string, string>;
  name: string;
}

export function ExportCsv({ path, filter, name }: ExportCsvProps) {
  const [saving, setSaving] = useState(false);
  const query = new URLSearchParams(filter).toString();

  async function save(): Promise<void> {
    setSaving(true);
    try {
      await saveFile(query ? `${path}?${query}` : path, `${name}.csv`, 'text/csv');
    } catch (cause) {
      toast.error(toApiError(cause).message);
    } finally {
      setSaving(false);
    }
  }

  return (
    <Button size="small" icon={<ArrowDownTrayIcon className="size-3.5" />} busy={saving} onClick={save}>
      Export CSV
    </Button>
  );
}
