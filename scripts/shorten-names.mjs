// What wasm-bindgen leaves for people and tools to read: the names by which the module and the script
// around it know each other, each with a hash in it, comments on types, indentation. Nobody reads them in a
// browser, and chance does not compress. The two files are renamed after what is in them then.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

// Once more over what wasm-bindgen has left. A program of Rust keeps its stack where memory begins,
// and never gets to the first kilobyte of it. Functions whose names are alike are alike, and compress
// better beside each other; Trunk has wasm-opt keep the names for that (`data-wasm-opt-params`).
const smaller = ["-Oz", "--gufa", "--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-Oz"];
const sorted = ["--reorder-functions-by-name"];
const stripped = ["--strip-debug", "--strip-producers", "--strip-target-features"];

// The script, with the names that wasm-opt has told.
function renamed(script, { imports, exports }) {
  const keys = new Map(imports.map(([, before, after]) => [before, after]));
  const modules = new Set(imports.map(([module]) => module));
  const members = new Map(exports);
  if (modules.size !== 1) throw new Error(`the module imports from ${[...modules].join(" and ")}`);
  const found = new Set();
  const short = script
    .replace(/^ *\/\*\*.*?\*\/\n/gms, "")
    .replace(/^ +/gm, "")
    .replace(/^[\w$]+(?=:)/gm, (name) => {
      if (!keys.has(name)) return name;
      found.add(name);
      return keys.get(name);
    })
    .replace(/\bwasm\.([\w$]+)/g, (whole, name) => (members.has(name) ? `wasm.${members.get(name)}` : whole))
    // wasm-opt calls the only one so.
    .replace(`"${[...modules][0]}":`, "a:");
  const missed = [...keys.keys()].filter((name) => !found.has(name));
  if (missed.length > 0) throw new Error(`the script has no ${missed.join(", ")}`);
  return short;
}

// Shortens the names in the module of the site that is in this folder.
export async function shortenNames(site) {
  const files = await readdir(site);
  const [module] = files.filter((name) => name.endsWith("_bg.wasm"));
  const script = module.replace("_bg.wasm", ".js");
  const short = join(site, `short-${module}`);
  const options = [...smaller, ...sorted, ...stripped, "--minify-imports-and-exports-and-modules"];
  const { stdout } = await promisify(execFile)("wasm-opt", [...options, join(site, module), "-o", short]);
  await writeFile(join(site, script), renamed(await readFile(join(site, script), "utf8"), JSON.parse(stdout)));
  await rm(join(site, module));
  await rename(short, join(site, module));

  const digest = createHash("sha384");
  for (const name of [script, module]) digest.update(await readFile(join(site, name)));
  const before = script.replace(/\.js$/, "");
  const after = before.replace(/-[0-9a-f]+$/, `-${digest.digest("hex").slice(0, 16)}`);
  for (const name of [script, module]) await rename(join(site, name), join(site, name.replace(before, after)));
  const index = join(site, "index.html");
  await writeFile(index, (await readFile(index, "utf8")).replaceAll(before, after));
}
