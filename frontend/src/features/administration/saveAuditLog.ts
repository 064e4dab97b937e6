// The audit log, as it is narrowed, as a file.
import { saveFile } from '../../api/saveFile';

/** Every line that matches, not only the page in sight. Rejects with an ApiError. */
export function saveAuditLog(filter: Record<string, string>): Promise<void> {
  const query = new URLSearchParams(filter).toString();
  return saveFile(`/admin/audit-log${query && `?${query}`}`, 'audit-log.csv', 'text/csv');
}
