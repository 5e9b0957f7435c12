/**
 * Puts the built widget where the portal serves it: `var/www/widget/<version>/widget.js`.
 *
 * The version is that of package.json with a hash of the file, so an address never changes its
 * meaning and may be cached for ever; earlier versions stay for the pages that still name them.
 * Fails if the file is heavier than the budget.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const MOST_GZIP_BYTES = 25_000;
const here = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(dirname(here), "var", "www", "widget");

const script = readFileSync(join(here, "dist", "widget.js"));
const gzip = gzipSync(script, { level: 9 });
if (gzip.length > MOST_GZIP_BYTES) {
  console.error(`widget.js has ${gzip.length} bytes gzipped; the budget is ${MOST_GZIP_BYTES}.`);
  process.exit(1);
}
const { version } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const hash = createHash("sha256").update(script).digest("hex").slice(0, 8);
const name = `${version}-${hash}`;
const folder = join(target, name);
mkdirSync(folder, { recursive: true });
put(join(folder, "widget.js"), script);
put(join(folder, "widget.js.gz"), gzip);
put(join(folder, "widget.js.br"), brotliCompressSync(script));
const integrity = {
  version: name,
  files: {
    "widget.js": {
      url: `/widget/${name}/widget.js`,
      integrity: `sha384-${createHash("sha384").update(script).digest("base64")}`,
      bytes: script.length,
      gzip_bytes: gzip.length,
    },
  },
};
put(join(target, "integrity.json"), `${JSON.stringify(integrity, null, 2)}\n`);
console.log(`widget.js ${name}: ${script.length} bytes, ${gzip.length} gzipped (budget ${MOST_GZIP_BYTES})`);

/** Write a file whole or not at all: the portal may be reading. */
function put(path, content) {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
