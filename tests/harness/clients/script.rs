//! Texts that people paste into a shell.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use jiff::Timestamp;
use tempfile::TempDir;

/// A POSIX shell in which it is the time of a test.
#[derive(Debug)]
pub struct Shell {
    folder: TempDir,
}

impl Shell {
    /// One in which it is `now`.
    pub fn at(now: Timestamp) -> Self {
        let shell = Self { folder: TempDir::new().expect("there is room") };
        let seconds = now.as_second();
        // All else `date` is asked is answered by the real one.
        shell.put(
            "date",
            &format!("[ \"$*\" != +%s ] || exec echo {seconds}\nPATH=${{PATH#*:}} exec date \"$@\""),
        );
        shell
    }

    /// Lets a program be found under a name, before all others.
    pub fn put(&self, name: &str, script: &str) {
        let path = self.folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("there is room");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }

    /// A folder of its own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a text, with these in its environment.
    pub fn run(&self, text: &str, environment: &[(&str, &str)]) -> Output {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [self.folder.path().to_owned()].into_iter().chain(std::env::split_paths(&path));
        let mut command = Command::new("sh");
        command.arg("-c").arg(text).stdin(Stdio::null());
        command.env("PATH", std::env::join_paths(folders).expect("they are folders"));
        command.envs(environment.iter().copied()).env("HOME", self.folder.path());
        command.output().expect("every system has a shell")
    }
}
