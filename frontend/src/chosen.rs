//! The machines that somebody chose from a list, on their way to the page that does something with
//! them. They are kept for as long as the tab is open, so that loading a page anew loses none.

use shared::resource_id::VmId;

use crate::browser;

/// What they are kept under: their ids, one per line.
const KEPT_AS: &str = "postern.chosen";

/// Keeps those that are chosen now, instead of those from before.
pub fn keep<'a>(machines: impl Iterator<Item = &'a VmId>) {
    let lines: Vec<String> = machines.map(VmId::to_string).collect();
    browser::keep_in_tab(KEPT_AS, &lines.join("\n"));
}

/// Those that were chosen last.
pub fn kept() -> Vec<VmId> {
    let lines = browser::kept_in_tab(KEPT_AS).unwrap_or_default();
    lines.lines().filter_map(|line| line.parse().ok()).collect()
}
