//! What Lighthouse makes of a page: figures to be told, never to be passed.

use std::env;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use url::Url;

use super::driver::SWITCHES;
use crate::process::{program, run};

/// What it judges, by the names it has for that.
const JUDGED: [&str; 3] = ["performance", "accessibility", "best-practices"];

/// What Lighthouse gives a page as somebody sees it who has these cookies: of each thing it judges
/// the points out of a hundred, and what cost some.
///
/// `preset` is one of its own: `desktop`, or `mobile` for a slow telephone on a slow network.
pub async fn lighthouse(page: &Url, cookies: &str, preset: &str) -> Vec<(&'static str, f64, Vec<String>)> {
    let mut lighthouse =
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/.bin/lighthouse"));
    lighthouse
        .env("CHROME_PATH", program(&["chromium", "google-chrome", "google-chrome-stable", "chrome"]))
        .arg(page.as_str())
        .args(["--quiet", "--output=json", "--output-path=stdout", "--max-wait-for-load=60000"])
        .arg(format!("--only-categories={}", JUDGED.join(",")))
        .arg(format!("--extra-headers={}", json!({ "Cookie": cookies })))
        .arg(format!("--chrome-flags=--headless=new {}", SWITCHES.join(" ")));
    if preset != "mobile" {
        lighthouse.arg(format!("--preset={preset}"));
    }
    let output = run(lighthouse).await;
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("Lighthouse gave no report ({error}): {}", String::from_utf8_lossy(&output.stderr))
    });
    JUDGED.map(|name| (name, points(&report["categories"][name]["score"]), lacking(&report, name))).into()
}

fn points(score: &Value) -> f64 {
    score.as_f64().unwrap_or_default() * 100.0
}

/// The audits that count for something and were not passed in full.
fn lacking(report: &Value, name: &str) -> Vec<String> {
    let counted = report["categories"][name]["auditRefs"].as_array().cloned().unwrap_or_default();
    let counted = counted.into_iter().filter(|audit| audit["weight"].as_f64() > Some(0.0));
    let lacking = counted.filter_map(|audit| {
        let audit = &report["audits"][audit["id"].as_str()?];
        let score = audit["score"].as_f64().filter(|score| *score < 0.9)?;
        let shown = audit["displayValue"].as_str().unwrap_or_default();
        Some(format!("{} {:.0} {shown}", audit["id"].as_str()?, score * 100.0))
    });
    lacking.collect()
}
