// The token of a letter's link: it stands behind the #, where no server sees it, and leaves the address bar at once.
import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { wordIn } from './loginProvider';

export function tokenIn(hash: string): string | null {
  return wordIn(hash, 'token');
}

/** The token that the page was opened with, or null. */
export function useLinkToken(): string | null {
  const { hash, pathname } = useLocation();
  const navigate = useNavigate();
  const [token] = useState(() => tokenIn(hash));
  useEffect(() => {
    if (tokenIn(hash)) void navigate(pathname, { replace: true });
  }, [hash, pathname, navigate]);
  return token;
}
