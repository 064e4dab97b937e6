// Switches between dark and light.
import { MoonIcon, SunIcon } from '@heroicons/react/16/solid';
import { chooseTheme, useTheme } from '../theme';

export function ThemeToggle() {
  const theme = useTheme((state) => state.theme);
  const other = theme === 'dark' ? 'light' : 'dark';
  const Icon = theme === 'dark' ? SunIcon : MoonIcon;
  return (
    <button
      type="button"
      aria-label={`Use the ${other} theme`}
      title={`Use the ${other} theme`}
      onClick={() => {
        chooseTheme(other);
      }}
      className="grid size-8 place-items-center rounded-md text-ink-faint transition-colors hover:bg-raised hover:text-ink"
    >
      <Icon className="size-4" />
    </button>
  );
}
