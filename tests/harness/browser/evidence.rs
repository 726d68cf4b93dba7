//! What is kept of a visit that failed.

use std::fs;
use std::path::PathBuf;

use fantoccini::error::CmdError;
use serde::Deserialize;
use serde_json::json;

use super::Page;
use super::driver::Command;

/// A line of the browser's console.
#[derive(Debug, Deserialize)]
struct Line {
    level: String,
    message: String,
    source: String,
}

/// The errors on the page's console. Answers that are failures are not among them: the browser
/// notes each, and some tests are about them.
pub async fn complaints(page: &Page) -> Vec<String> {
    let lines = console(page).await.expect("chromedriver keeps the console");
    lines
        .into_iter()
        .filter(|line| line.level == "SEVERE" && line.source != "network")
        .map(|line| line.message)
        .collect()
}

async fn console(page: &Page) -> Result<Vec<Line>, CmdError> {
    let command = Command { path: "se/log", body: json!({ "type": "browser" }) };
    let lines = page.client.issue_cmd(command).await?;
    Ok(serde_json::from_value(lines).expect("chromedriver's lines have these fields"))
}

/// Keeps what can be kept, and says where.
pub async fn keep(page: &Page, test: &str) {
    let folder = folder_of(test);
    fs::create_dir_all(&folder).expect("the target folder takes folders");
    let screenshot = page.client.screenshot().await.map_err(|error| error.to_string());
    let source = page.client.source().await.map_err(|error| error.to_string());
    let console = console(page).await.map_err(|error| error.to_string()).map(|lines| {
        let lines =
            lines.into_iter().map(|line| format!("{} {} {}\n", line.level, line.source, line.message));
        lines.collect::<String>()
    });
    let url = page.client.current_url().await.map_err(|error| error.to_string());
    for (name, content) in [
        ("page.png", screenshot),
        ("page.html", source.map(String::into_bytes)),
        ("console.log", console.map(String::into_bytes)),
        ("address.txt", url.map(|url| url.to_string().into_bytes())),
    ] {
        let content = content.unwrap_or_else(|error| format!("could not be had: {error}").into_bytes());
        fs::write(folder.join(name), content).expect("the folder takes files");
    }
    eprintln!("what the browser showed is in {}", folder.display());
}

/// Beside what Cargo built: `target/browser-failures/<test>`.
pub fn folder_of(test: &str) -> PathBuf {
    target().join("browser-failures").join(test)
}

/// Where pictures of pages are kept: `target/pictures`.
pub fn pictures() -> PathBuf {
    target().join("pictures")
}

fn target() -> PathBuf {
    let program = std::env::current_exe().expect("a test knows its own program");
    // The program is target/<profile>/deps/<name>.
    program.ancestors().nth(3).expect("Cargo builds into folders").to_owned()
}

/// The path of the test in which the closure `V` is written, for a folder's name.
pub fn name_of<V>() -> String {
    let name = std::any::type_name::<V>();
    name.replace("::{{closure}}", "").replace("::", ".").replace(['{', '}', '<', '>', ' '], "")
}
