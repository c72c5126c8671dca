// Bundles the browser libraries for the test pages: `node browser.mjs FOLDER`.
import { build } from "esbuild";

await build({
  entryPoints: ["segment-browser.js", "rudder-browser.js", "posthog-browser.js", "snowplow-browser.js"],
  bundle: true,
  format: "iife",
  target: "es2020",
  outdir: process.argv[2],
  logLevel: "error",
});
