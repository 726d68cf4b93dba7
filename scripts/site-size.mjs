// What a first visit downloads: one module of the site, by kind of file. Fails above the budget, see
// docs/decisions/0004-the-size-of-the-site.md.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

// Bytes, after brotli: all of a module's HTML, CSS, JavaScript and WebAssembly.
const budget = 180_000;

const kinds = ["html", "css", "js", "wasm"];
const size = async (path) => (await stat(path).catch(() => undefined))?.size;

async function measure(module) {
  const site = join("dist", module);
  const names = await readdir(site, { recursive: true }).catch(() => []);
  const rows = await Promise.all(
    names
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

  console.log(`${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}  ${module}`);
  for (const { name, raw, gzip, brotli } of [...rows, total]) {
    console.log([raw, gzip, brotli].map((bytes) => String(bytes).padStart(10)).join("") + `  ${name}`);
  }
  if (!rows.some((row) => row.name.endsWith(".wasm"))) {
    console.error(`${site}/ holds no site: make site`);
    process.exitCode = 1;
  } else if (total.brotli > budget) {
    console.error(`${module} is ${total.brotli - budget} bytes over its budget of ${budget} (brotli).`);
    process.exitCode = 1;
  }
}

await measure("connect");
await measure("admin");
await measure("records");
await measure("review");
await measure("office");
