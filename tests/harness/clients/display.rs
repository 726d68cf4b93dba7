//! A screen that nobody sees: Remote Desktop programs insist on one.

use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::process::{Process, program};

/// Tests run beside each other, in one process or in several.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// An X server in memory.
#[derive(Debug)]
pub struct Display {
    name: String,
    _server: Process,
}

impl Display {
    /// Starts one under a number that no other test is likely to use. The first that is free would
    /// be another's that is just being put away.
    pub async fn start() -> Self {
        let number = process::id().wrapping_mul(13).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let name = format!(":{}", 1_000 + number % 50_000);
        let mut command = Command::new(program(&["Xvfb"]));
        // It would begin anew when the last client leaves, and turn away who comes just then.
        command.args([&name, "-noreset", "-nolisten", "tcp"]);
        command.args(["-displayfd", "1", "-screen", "0", "800x600x24"]);
        let server = Process::start(&mut command);
        // It writes its number once it takes connections.
        server.says(|line| line.parse::<u32>().ok()).await;
        Self { name, _server: server }
    }

    /// What `DISPLAY` is set to.
    pub fn name(&self) -> &str {
        &self.name
    }
}
