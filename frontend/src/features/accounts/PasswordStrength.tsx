// The rules of a good password, each marked as it is met, and how strong the whole is.
import { CheckIcon } from '@heroicons/react/16/solid';
import { PASSWORD_RULES, passwordStrength, STRENGTH_WORDS, type Strength } from './passwordRules';

const STEPS: readonly Strength[] = [1, 2, 3, 4];

export function PasswordStrength({ password }: { password: string }) {
  const strength = passwordStrength(password);
  return (
    <div className="mt-3 text-xs text-ink-faint">
      <div className="flex items-center gap-3">
        <span aria-hidden className="grid flex-1 grid-cols-4 gap-1">
          {STEPS.map((step) => (
            <span
              key={step}
              className={`h-1 rounded-full transition-colors ${step <= strength ? 'bg-accent' : 'bg-line'}`}
            />
          ))}
        </span>
        <span role="status" className="w-28 text-right">
          {STRENGTH_WORDS[strength]}
        </span>
      </div>
      <ul className="mt-2.5 grid gap-x-4 gap-y-1 sm:grid-cols-2">
        {PASSWORD_RULES.map((rule) => {
          const holds = rule.holds(password);
          return (
            <li key={rule.words} className={`flex items-center gap-1.5 ${holds ? 'text-ink-soft' : ''}`}>
              {holds ? (
                <CheckIcon aria-hidden className="size-3.5 text-accent" />
              ) : (
                <span aria-hidden className="mx-1 size-1.5 rounded-full border border-ink-faint" />
              )}
              {rule.words}
              <span className="sr-only">{holds ? ' (met)' : ' (missing)'}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
