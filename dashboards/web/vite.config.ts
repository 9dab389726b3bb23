import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

// `npm run dev` shows a running Sundial with the sources of this folder.
const server = process.env.SUNDIAL_URL ?? 'http://127.0.0.1:8610';

export default defineConfig({
  plugins: [vue()],
  server: { proxy: { '/v1': { target: server, changeOrigin: true } } },
  build: {
    target: 'es2022',
    // Nothing is inlined as data: or as a script: the server's content security policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  test: { environment: 'happy-dom', include: ['tests/**/*.test.ts'] },
});
