// What a first visit downloads, by kind of file; fails above the budget.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const budget = 180_000; // bytes, after brotli: all of HTML, CSS, JavaScript and WebAssembly

const site = "dist";
const kinds = ["html", "css", "js", "wasm"];
const size = async (path) => (await stat(path).catch(() => undefined))?.size;

const rows = await Promise.all(
  (await readdir(site, { recursive: true }))
    .filter((name) => kinds.includes(name.split(".").pop()))
    .sort()
    .map(async (name) => {
      const raw = await size(join(site, name));
      const compressed = (suffix) => size(join(site, name + suffix)).then((bytes) => bytes ?? raw);
      return { name, raw, gzip: await compressed(".gz"), brotli: await compressed(".br") };
    }),
);
const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
const total = { name: "all", raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };

console.log(`${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}  file`);
for (const { name, raw, gzip, brotli } of [...rows, total]) {
  console.log([raw, gzip, brotli].map((bytes) => String(bytes).padStart(10)).join("") + `  ${name}`);
}

const wasm = rows.some((row) => row.name.endsWith(".wasm"));
if (!wasm || total.brotli > budget) {
  console.error(
    wasm
      ? `The site is ${total.brotli - budget} bytes over its budget of ${budget} (brotli).`
      : `${site}/ holds no site: make site`,
  );
  process.exitCode = 1;
}
