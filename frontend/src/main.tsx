// The page's entry.
import '@fontsource-variable/ibm-plex-sans/wght.css';
import '@fontsource/ibm-plex-mono/400.css';
import '@fontsource/ibm-plex-mono/500.css';
import './styles/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { restoreSession } from './features/accounts/session';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element "root".');

void restoreSession();

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
