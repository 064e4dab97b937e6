// Dark or light: chosen here, kept by the browser, and set before the first paint by public/theme.js.
import { create } from 'zustand';

export type ThemeChoice = 'dark' | 'light' | 'system';
export type Theme = 'dark' | 'light';

const KEY = 'tradefleet.theme';
const prefersLight = window.matchMedia('(prefers-color-scheme: light)');

interface ThemeState {
  choice: ThemeChoice;
  theme: Theme;
}

export const useTheme = create<ThemeState>(() => {
  const choice = storedChoice();
  return { choice, theme: themeOf(choice) };
});

export function chooseTheme(choice: ThemeChoice): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Without storage the choice ends with the page.
  }
  apply(choice);
}

prefersLight.addEventListener('change', () => {
  apply(useTheme.getState().choice);
});

function apply(choice: ThemeChoice): void {
  const theme = themeOf(choice);
  document.documentElement.dataset.theme = theme;
  useTheme.setState({ choice, theme });
}

function themeOf(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice;
  return prefersLight.matches ? 'light' : 'dark';
}

function storedChoice(): ThemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'system' ? stored : 'dark';
  } catch {
    return 'dark';
  }
}
