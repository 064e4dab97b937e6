// What a good password needs; the server has the last word.
export interface PasswordRule {
  words: string;
  holds: (password: string) => boolean;
}

export const PASSWORD_RULES: readonly PasswordRule[] = [
  { words: 'At least 8 characters', holds: (password) => Array.from(password).length >= 8 },
  { words: 'A lower-case letter', holds: (password) => /\p{Ll}/u.test(password) },
  { words: 'An upper-case letter', holds: (password) => /\p{Lu}/u.test(password) },
  { words: 'A digit', holds: (password) => /\p{Nd}/u.test(password) },
  { words: 'A symbol such as ! or ?', holds: (password) => /[^\p{L}\p{N}]/u.test(password) },
];

const LONGEST_BYTES = 72;

/** What is still missing, as a sentence, or null when the password is good. */
export function passwordProblem(password: string): string | null {
  const missing = PASSWORD_RULES.filter((rule) => !rule.holds(password));
  if (missing.length > 0) {
    return `Still missing: ${missing.map((rule) => lowerFirst(rule.words)).join(', ')}.`;
  }
  const bytes = new TextEncoder().encode(password).length;
  return bytes > LONGEST_BYTES ? `At most ${LONGEST_BYTES} bytes; this one has ${bytes}.` : null;
}

export type Strength = 0 | 1 | 2 | 3 | 4;

export const STRENGTH_WORDS: Record<Strength, string> = {
  0: 'Too short to tell',
  1: 'Weak',
  2: 'Not there yet',
  3: 'Good',
  4: 'Strong',
};

/** How strong a password is: length counts beyond the rules. */
export function passwordStrength(password: string): Strength {
  if (password.length < 4) return 0;
  const held = PASSWORD_RULES.filter((rule) => rule.holds(password)).length;
  if (held < 4) return 1;
  if (held < PASSWORD_RULES.length) return 2;
  return password.length >= 14 && new Set(password).size >= 8 ? 4 : 3;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
