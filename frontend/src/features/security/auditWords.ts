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

const DONE: Record<string, string> = {
  'login.began': 'Logged in',
  'login.ended': 'Login ended',
  'account.deleted': 'Account deleted',
  'account.exported': 'Everything downloaded',
  'api_keys.frozen': 'Exchange keys frozen',
  'api_keys.thawed': 'Exchange keys freed',
  'email.change_asked': 'Another address asked for',
  'email.changed': 'E-mail address changed',
  'email.verified': 'E-mail address verified',
  'identity.linked': 'Login service linked',
  'password.reset': 'Password set anew',
  'password.reset_asked': 'New password asked for',
  'recovery_codes.renewed': 'Recovery codes made anew',
  'admin.viewed_user': 'Account looked at',
  'admin.changed_user': 'Account changed by the operator',
  'admin.stopped_bot': 'Bot stopped by the operator',
  'admin.halted_trading': 'Trading switched off',
  'admin.resumed_trading': 'Trading switched on',
};

const FIELDS: Record<string, string> = {
  api_key_enc: 'key',
  api_secret_enc: 'secret',
  mfa_confirmed_at: 'second factor since',
  mfa_secret_enc: 'key of the authenticator',
  passphrase_enc: 'passphrase',
  password_hash: 'password',
};

/** What was done, such as “Bot changed”. */
export function actionWords(action: string): string {
  const done = DONE[action];
  if (done) return done;
  const [thing = '', verb = ''] = action.split('.');
  return `${THINGS[thing] ?? thing} ${verb.replaceAll('_', ' ')}`;
}

/** Who did it: somebody with the password, a token, or one of those who run the platform. */
export function actorWords(actor: string): string {
  if (actor === 'operator') return 'Operator';
  return actor.startsWith('token') ? 'Token' : 'Login';
}

/** The fields that changed, such as “status: running → paused”; of something new its name. */
export function changeWords({ action, changes }: Pick<AuditEntry, 'action' | 'changes'>): string {
  const fields = Object.entries(changes as Record<string, [unknown, unknown]>);
  if (action.endsWith('.created')) {
    const named = fields.find(([field]) => field === 'name' || field === 'label');
    return named ? plain(named[1][1]) : '';
  }
  return fields
    .map(([field, [before, after]]) => `${fieldWords(field)}: ${plain(before)} → ${plain(after)}`)
    .join(', ');
}

function fieldWords(field: string): string {
  return FIELDS[field] ?? field.replaceAll('_', ' ');
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
