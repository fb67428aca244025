// Builds the operations app into ui/dist, with relative addresses so that any prefix serves it.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./",
  plugins: [svelte()],
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    // Data addresses would need `img-src data:` or `font-src data:` in the policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:8790" } },
  test: { include: ["tests/**/*.test.ts"] },
});
