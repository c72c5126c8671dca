// Builds what the pages need into ../static/built, under names that change with their content, and writes
// manifest.json: what a template asks for → the file's name. `node build.mjs`
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static", "built");
const making = `${target}.${process.pid}`;

const listed = async (folder, ending) =>
  (await readdir(join(here, folder)).catch(() => [])).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));

await rm(making, { recursive: true, force: true });
await mkdir(making, { recursive: true });
const manifest = {};

const scripts = ["src/app.js", "src/charts.js", ...(await listed("src/pages", ".js"))];
const styles = ["styles/app.css", ...(await listed("styles/pages", ".css"))];
const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: [...scripts, ...styles],
  outbase: here,
  outdir: making,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
for (const [out, { entryPoint }] of Object.entries(metafile.outputs)) {
  if (!entryPoint) continue;
  // src/app.js → app.js, src/pages/inbox.js → pages/inbox.js
  manifest[entryPoint.replace(/^(src|styles)\//, "")] = basename(out);
}
const kept = async (file, name) => {
  const content = await readFile(join(here, file));
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const named = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  await writeFile(join(making, named), content);
  manifest[name] = named;
};
await kept("icon.svg", "icon.svg");
// The font that the style names, so that a page can ask for it before it has read the style.
const inter = Object.keys(metafile.outputs).find((out) => /inter-latin-wght-normal-\w+\.woff2$/.test(out));
manifest["inter.woff2"] = basename(inter);

await writeFile(join(making, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
await rm(`${target}.old`, { recursive: true, force: true });
await rename(target, `${target}.old`).catch(() => {});
await rename(making, target);
await rm(`${target}.old`, { recursive: true, force: true });
