// What wasm-bindgen leaves for people and tools to read: the names by which the module and the script
// around it know each other, each with a hash in it, comments on types, indentation. Nobody reads them in a
// browser, and chance does not compress. And what it leaves because it cannot know that nobody calls it, such as
// the streams of a crate that comes with Leptos. The two files are renamed after what is in them then.
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

// Whether a name of the script stands in it only where it is given.
const isOnceIn = (all, name) => [...all.matchAll(new RegExp(`(?<!wasm\\.)\\b${name}\\b`, "g"))].length === 1;

// The script without what only people read, and without what nobody calls: the page exports no class and is
// started once.
function whatIsCalled(script) {
  const classes = [...script.matchAll(/^export class (\w+)/gm)].map(([, name]) => name);
  return classes
    .reduce(
      (rest, name) =>
        rest
          .replace(new RegExp(`^export class ${name} \\{.*?^\\}\n`, "ms"), "")
          .replace(new RegExp(`^if \\(Symbol.dispose\\) ${name}\\..*\n`, "m"), "")
          .replace(new RegExp(`^const ${name}Finalization = .*?;\n`, "ms"), ""),
      script,
    )
    .replace(/^function initSync\(.*?^\}\n/ms, "")
    .replace("export { initSync, ", "export { ")
    // What values look like is told in the console alone, and every browser that takes the module can do the other.
    .replace(/^function debugString\(.*?^\}\n/ms, "const debugString = String;\n")
    .replace(/^if \(!\('encodeInto' in .*?^\}\n/ms, "")
    .replace(/^ *\/\*\*.*?\*\/\n/gms, "")
    .replace(/^ *\/\/.*\n/gm, "")
    .replace(/^const (__wbindgen_enum_\w+) = .*\n/gm, (line, name, _, all) => (isOnceIn(all, name) ? "" : line));
}

// What the script calls of the module, as wasm-metadce wants to be told.
function roots(script) {
  const called = [...new Set([...script.matchAll(/\bwasm\.([\w$]+)/g)].map(([, name]) => name))];
  const all = { name: "script", root: true, reaches: called };
  return [all, ...called.map((name) => ({ name, export: name }))];
}

// The script without what the module does not call, and what is called by nothing but that.
function whatIsImported(script, imports) {
  return script
    .replace(/^ {8}([\w$]+): function.*\n(?:(?! {8}\}).*\n)* {8}\}.*\n/gm, (entry, name) =>
      imports.has(name) ? entry : "",
    )
    .replace(/^function (wasm_bindgen__convert__closures\w+)\(.*?^\}\n/gms, (whole, name, _, all) =>
      isOnceIn(all, name) ? "" : whole,
    );
}

// Takes away of both the module and the script what the other does not call, until there is no more of it.
async function withoutUncalled(site, module, script) {
  const [called, graph] = ["called.wasm", "graph.json"].map((name) => join(site, name));
  let before = "";
  let now = whatIsCalled(script);
  while (now !== before) {
    await writeFile(graph, JSON.stringify(roots(now)));
    await promisify(execFile)("wasm-metadce", [module, "-g", "-f", graph, "-o", called]);
    await rename(called, module);
    const imports = WebAssembly.Module.imports(await WebAssembly.compile(await readFile(module)));
    before = now;
    now = whatIsImported(now, new Set(imports.map(({ name }) => name)));
  }
  await rm(graph);
  return now;
}

// The script, with the names that wasm-opt has told.
function renamed(script, { imports, exports }) {
  const keys = new Map(imports.map(([, before, after]) => [before, after]));
  const modules = new Set(imports.map(([module]) => module));
  const members = new Map(exports);
  if (modules.size !== 1) throw new Error(`the module imports from ${[...modules].join(" and ")}`);
  const found = new Set();
  const closures = [...new Set(script.match(/\bwasm_bindgen__convert__closures\w+/g))];
  const short = script
    .replace(/^\s+/gm, "")
    .replace(/^[\w$]+(?=:)/gm, (name) => {
      if (!keys.has(name)) return name;
      found.add(name);
      return keys.get(name);
    })
    .replace(/\bwasm\.([\w$]+)/g, (whole, name) => (members.has(name) ? `wasm.${members.get(name)}` : whole))
    .replace(/\bwasm_bindgen__convert__closures\w+/g, (name) => `closure${closures.indexOf(name)}`)
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
  const words = await withoutUncalled(site, join(site, module), await readFile(join(site, script), "utf8"));
  const options = [...smaller, ...sorted, ...stripped, "--minify-imports-and-exports-and-modules"];
  const { stdout } = await promisify(execFile)("wasm-opt", [...options, join(site, module), "-o", short]);
  await writeFile(join(site, script), renamed(words, JSON.parse(stdout)));
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
