// A menu that closes when something else is pressed or focused, and on Escape.
import { useCallback, useEffect, useRef, type RefObject } from 'react';

interface Menu {
  ref: RefObject<HTMLDetailsElement | null>;
  close: () => void;
}

export function useMenu(): Menu {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    function closeOutside(event: Event): void {
      const { target } = event;
      if (menu.current && target instanceof Node && !menu.current.contains(target)) menu.current.open = false;
    }
    function closeOnEscape(event: KeyboardEvent): void {
      if (event.key === 'Escape' && menu.current) menu.current.open = false;
    }
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    document.addEventListener('keydown', closeOnEscape);
    return () => {
      document.removeEventListener('keydown', closeOnEscape);
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
    };
  }, []);
  const close = useCallback(() => {
    if (menu.current) menu.current.open = false;
  }, []);
  return { ref: menu, close };
}
