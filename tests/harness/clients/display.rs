//! A screen that nobody sees: Remote Desktop programs insist on one.

use std::process::Command;

use crate::process::{Process, program};

/// An X server in memory.
#[derive(Debug)]
pub struct Display {
    name: String,
    _server: Process,
}

impl Display {
    /// Starts one on the first display number that is free.
    pub async fn start() -> Self {
        let mut command = Command::new(program(&["Xvfb"]));
        command.args(["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"]);
        let server = Process::start(&mut command);
        let number: u32 = server.says(|line| line.parse().ok()).await;
        Self { name: format!(":{number}"), _server: server }
    }

    /// What `DISPLAY` is set to.
    pub fn name(&self) -> &str {
        &self.name
    }
}
