/**
 * Puts the built console where the portal serves it: `var/www/staff/`.
 *
 * Assets first, the page last: whoever loads the page finds all it names. Assets of earlier builds stay a
 * while for the pages that are open; their names hold a hash, so nothing is ever overwritten with something else.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const KEPT_DAYS = 30;
const here = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(here, "dist");
const target = join(dirname(here), "var", "www", "staff");
const assets = join(target, "assets");

mkdirSync(assets, { recursive: true });
let bytes = 0;
for (const name of readdirSync(join(dist, "assets"))) bytes += publish(join("assets", name));
for (const name of ["worker.js", "index.html"]) bytes += publish(name);
for (const name of readdirSync(assets)) {
  const file = join(assets, name);
  if (Date.now() - statSync(file).mtimeMs > KEPT_DAYS * 86_400_000) rmSync(file);
}
console.log(`console: ${bytes} bytes gzipped`);

/** Write a file and what is sent of it to browsers that decompress; return the size of the latter. */
function publish(name) {
  const content = readFileSync(join(dist, name));
  const gzip = gzipSync(content, { level: 9 });
  put(join(target, `${name}.gz`), gzip);
  put(join(target, `${name}.br`), brotliCompressSync(content));
  put(join(target, name), content);
  return gzip.length;
}

/** Write a file whole or not at all: the portal may be reading. */
function put(path, content) {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
