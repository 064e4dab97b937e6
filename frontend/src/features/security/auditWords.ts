// Lines of the audit log in plain words.
import type { AuditEntry } from '../../api/types';

const THINGS: Record<string, string> = {
  access_tokens: 'Access token',
  api_keys: 'Exchange key',
  signal_hooks: 'Address for signals',
  trading_bots: 'Bot',
  trading_limits: 'Limits',
  trading_switches: 'Trading switch',
  users: 'Profile',
};

/** What was done, such as “Bot changed”. */
export function actionWords(action: string): string {
  if (action === 'login.began') return 'Logged in';
  if (action === 'login.ended') return 'Login ended';
  const [thing = '', verb = ''] = action.split('.');
  return `${THINGS[thing] ?? thing} ${verb}`;
}

/** The fields that changed, such as “status: running → paused”; of something new its name. */
export function changeWords({ action, changes }: Pick<AuditEntry, 'action' | 'changes'>): string {
  const fields = Object.entries(changes as Record<string, [unknown, unknown]>);
  if (action.endsWith('.created')) {
    const named = fields.find(([field]) => field === 'name' || field === 'label');
    return named ? plain(named[1][1]) : '';
  }
  return fields
    .map(([field, [before, after]]) => `${field.replaceAll('_', ' ')}: ${plain(before)} → ${plain(after)}`)
    .join(', ');
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
