// Everything that pages stand on: cache, region, routes, notices.
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Toaster } from 'react-hot-toast';
import { RouterProvider } from 'react-router';
import { queryClient } from '../api/queryClient';
import { RegionContext } from '../components/region';
import { useRegion } from '../features/accounts/queries';
import { router } from './router';

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Region>
        <RouterProvider router={router} />
      </Region>
      <Toaster
        position="bottom-right"
        containerClassName="max-md:mb-16 md:mb-6"
        toastOptions={{
          className:
            '!rounded-md !border !border-line-strong !bg-raised !px-3 !py-2 !text-sm !text-ink !shadow-float',
          success: { iconTheme: { primary: 'var(--accent-fill)', secondary: 'var(--on-accent)' } },
          error: { duration: 7000, iconTheme: { primary: 'var(--attention)', secondary: 'var(--ground)' } },
        }}
      />
    </QueryClientProvider>
  );
}

function Region({ children }: { children: ReactNode }) {
  return <RegionContext value={useRegion()}>{children}</RegionContext>;
}
