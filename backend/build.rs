//! Sees to it that there is a site to embed, so that a fresh clone compiles without Trunk.

use std::path::Path;
use std::{fs, io};

const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Postern</title>
<h1>The page has not been built</h1>
<p>Postern's API is running. Run <code>make site</code>, then build and start Postern again.</p>
";

fn main() -> io::Result<()> {
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist");
    for module in ["connect", "admin", "records", "review", "office"].map(|module| site.join(module)) {
        if !module.join("index.html").exists() {
            fs::create_dir_all(&module)?;
            fs::write(module.join("index.html"), NOT_BUILT)?;
        }
    }
    println!("cargo::rerun-if-changed=../dist");
    Ok(())
}
