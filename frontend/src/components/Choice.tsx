// One of a few, side by side: periods, filters, themes.
import { useId } from 'react';

interface ChoiceProps<Value extends string> {
  label: string;
  options: readonly { value: Value; title: string }[];
  value: Value;
  onChange: (value: Value) => void;
}

export function Choice<Value extends string>({ label, options, value, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className="flex max-w-full min-w-0 overflow-x-auto rounded-md border border-line p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="relative flex h-6.5 cursor-pointer items-center rounded-sm px-2.5 text-xs font-medium whitespace-nowrap text-ink-faint transition-colors hover:text-ink has-checked:bg-raised has-checked:text-ink has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => {
              onChange(option.value);
            }}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          {option.title}
        </label>
      ))}
    </fieldset>
  );
}
