// What a login provider's way back says, behind the # of the login page.

export function wordIn(hash: string, name: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get(name);
}

const PROBLEMS: Record<string, string> = {
  unreachable: 'The login service does not answer just now. Try again in a moment, or use your password.',
  'unverified-there':
    'The login service does not say that your e-mail address is verified. Verify it there first.',
  'unverified-here':
    'There is an account with your address here that has not verified it. Log in with its password, verify the address, then this works.',
  inactive: 'This account is switched off. Ask whoever runs the platform.',
};

/** Why it did not work, as a sentence; null where nothing went wrong. */
export function providerProblem(code: string | null): string | null {
  if (code === null) return null;
  return PROBLEMS[code] ?? 'The login service did not let you in. Try again, or use your password.';
}
