import { defineConfig } from "vitest/config";

// Browsers of March 2024 and later; those of an office, not of any visitor.
const BROWSERS = ["chrome120", "firefox124", "safari17.4"];

// Files with a hash in their names, which may be cached for ever; only the page and the worker keep theirs.
export default defineConfig({
  base: "/staff/",
  build: {
    outDir: "dist",
    target: BROWSERS,
    cssTarget: "chrome123", // newer by name only, as in the widget
    assetsInlineLimit: 0, // the policy of the page allows no data: addresses
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: "index.html", worker: "src/worker.ts" },
      output: {
        entryFileNames: ({ name }) => (name === "worker" ? "worker.js" : "assets/[name]-[hash].js"),
      },
    },
  },
  test: { environment: "happy-dom", include: ["test/**/*.test.ts"] },
});
