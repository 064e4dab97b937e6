// What a token may be for, in words; the names are the API's.
export const SCOPES = [
  { name: 'account:read', words: 'See your profile' },
  { name: 'bots:read', words: 'See bots, trades, orders and results' },
  { name: 'bots:write', words: 'Create, change and delete bots' },
  { name: 'bots:trade', words: 'Start, stop, pause and sell; go live; limits' },
  { name: 'keys:read', words: 'See which exchange keys there are' },
  { name: 'keys:write', words: 'Add, test and delete exchange keys' },
  { name: 'research:read', words: 'See backtests and optimisations' },
  { name: 'research:write', words: 'Run and delete backtests' },
  { name: 'market:read', words: 'Markets, prices and candles' },
  { name: 'market:write', words: 'Import and delete recorded candles' },
] as const;

export const SCOPE_NAMES = SCOPES.map(({ name }) => name);

/** Scopes with which a leaked token could move money. */
export function isDangerous(scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope === 'bots:trade' || scope === 'bots:write' || scope === 'keys:write');
}
