// Makes one style sheet of all, without comments, shortens names that nobody reads, and puts a `.br` and a `.gz` beside
// each file of the site, at their slowest and smallest, so that the service compresses nothing while it
// serves. A hook of Trunk (Trunk.toml), release builds only.
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { shortenNames } from "./shorten-names.mjs";

const encoders = {
  ".br": (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  ".gz": (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
};

// One request instead of six, and a third smaller than its parts are each for itself.
async function joinStyleSheets(site) {
  const index = join(site, "index.html");
  const page = await readFile(index, "utf8");
  const links = [...page.matchAll(/<link rel="stylesheet" href="([^"]+)"[^>]*>\s*/g)];
  if (links.length < 2) return;
  const parts = links.map(([, href]) => join(site, basename(href)));
  const written = (await Promise.all(parts.map((part) => readFile(part, "utf8")))).join("\n");
  // Comments and indentation are for people, and a sixth of it. No text in a style sheet looks like either.
  const sheet = written.replace(/\/\*.*?\*\//gs, "").replace(/^\s+/gm, "");
  const digest = createHash("sha384").update(sheet);
  const name = `style-${digest.copy().digest("hex").slice(0, 16)}.css`;
  const href = links[0][1].replace(/[^/]+$/, name);
  const link = `<link rel="stylesheet" href="${href}" integrity="sha384-${digest.digest("base64")}"/>\n`;
  const rest = links.slice(1).reduce((html, [old]) => html.replace(old, ""), page);
  await writeFile(join(site, name), sheet);
  await writeFile(index, rest.replace(links[0][0], () => link));
  await Promise.all(parts.map((part) => rm(part)));
}

async function compress(file) {
  const bytes = await readFile(file);
  for (const [suffix, encode] of Object.entries(encoders)) {
    const encoded = await encode(bytes);
    // A picture may not get any smaller; the service then sends it as it is.
    if (encoded.length < bytes.length) await writeFile(file + suffix, encoded);
  }
}

// Trunk starts its hooks while the end of the module may still be on its way to the disk: what is there
// then is cut off, or empty, and would be served like that.
async function untilWhole(site) {
  const [module] = (await readdir(site)).filter((name) => name.endsWith("_bg.wasm"));
  for (let looks = 0; looks < 200; looks += 1) {
    if (WebAssembly.validate(await readFile(join(site, module)))) return;
    await setTimeout(50);
  }
  throw new Error(`${module} is no whole module`);
}

if (process.env.TRUNK_PROFILE === "release") {
  const site = process.env.TRUNK_STAGING_DIR;
  await untilWhole(site);
  await joinStyleSheets(site);
  await shortenNames(site);
  const entries = await readdir(site, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  await Promise.all(files.map((file) => compress(join(file.parentPath ?? file.path, file.name))));
}
