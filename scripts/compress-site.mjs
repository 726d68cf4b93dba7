// Puts a `.br` and a `.gz` beside each file of the site, at their slowest and smallest, so that
// the service compresses nothing while it serves. A hook of Trunk (Trunk.toml), release builds only.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

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

async function compress(file) {
  const bytes = await readFile(file);
  for (const [suffix, encode] of Object.entries(encoders)) {
    const encoded = await encode(bytes);
    // A picture may not get any smaller; the service then sends it as it is.
    if (encoded.length < bytes.length) await writeFile(file + suffix, encoded);
  }
}

if (process.env.TRUNK_PROFILE === "release") {
  const site = process.env.TRUNK_STAGING_DIR;
  const entries = await readdir(site, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  await Promise.all(files.map((file) => compress(join(file.parentPath ?? file.path, file.name))));
}
