// One build makes two things: the app (index.html) and `fractalsync.js`, a module that other pages can embed. All
// addresses are relative, so the output works from any path; nothing is inlined, so a strict Content-Security-Policy
// can be kept.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  server: {
    port: 3000,
    strictPort: true,
    // The server answers no page of another origin: it must see the one that the browser names.
    proxy: { '/api': { target: 'http://127.0.0.1:8000', changeOrigin: false } },
    headers: { 'FractalSync-Version': 'development' }, // shows the training panel, as `fractalsync serve` does
    fs: { allow: [here('../..')] }, // the demo music lives in data/demo
  },
  preview: { port: 3000 },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rollupOptions: {
      input: { index: here('index.html'), fractalsync: here('src/embed.ts') },
      preserveEntrySignatures: 'exports-only',
      output: {
        entryFileNames: (chunk) => (chunk.name === 'fractalsync' ? 'fractalsync.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
