import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const backend = 'http://127.0.0.1:5000';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: {
    port: 5173,
    proxy: { '/api': backend, '/config.json': backend },
  },
  build: {
    target: 'es2023',
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router)\// },
            { name: 'data', test: /node_modules\/(@tanstack|axios|zustand|big\.js)\// },
            { name: 'forms', test: /node_modules\/(react-hook-form|@hookform|zod)\// },
            { name: 'charts', test: /node_modules\/(lightweight-charts|fancy-canvas)\// },
            { name: 'realtime', test: /node_modules\/(socket\.io|engine\.io)/ },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    // A busy machine takes its time to draw a form.
    testTimeout: 60_000,
  },
});
