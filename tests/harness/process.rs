//! Programs of others that tests drive: found, started, listened to, and stopped.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

/// How long a program may take to get ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// The first of `names` that this machine has.
///
/// A missing program fails the test: a test that is skipped proves nothing.
pub fn program(names: &[&str]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian keeps servers where only root's PATH looks.
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain(["/usr/sbin".into()]).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| {
            panic!(
                "{} is not installed here; `make test` installs all that the tests drive",
                names.join(" or ")
            )
        })
}

/// Runs a program to its end, while what it talks to in this process goes on.
pub async fn run(mut command: Command) -> Output {
    let finished = tokio::task::spawn_blocking(move || (command.output(), command));
    let (output, command) = finished.await.expect("waiting does not panic");
    output.unwrap_or_else(|error| panic!("{} did not start: {error}", command.get_program().display()))
}

/// A program that runs until this is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    said: watch::Receiver<Vec<String>>,
    ended: Receiver<()>,
}

impl Process {
    /// Starts a program that is expected to go on running.
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} did not start: {error}"));
        let (say, said) = watch::channel(Vec::new());
        let (end, ended) = mpsc::channel();
        let stdout = child.stdout.take().expect("it was asked for");
        let stderr = child.stderr.take().expect("it was asked for");
        thread::spawn({
            let say = say.clone();
            move || listen(stderr, &say)
        });
        thread::spawn(move || {
            listen(stdout, &say);
            // Whoever waits for the end hears of it by this being dropped.
            drop(end);
        });
        Self { name, child, said, ended }
    }

    /// Waits until the program has written a line that `means` something, and returns that.
    pub async fn says<T>(&self, means: impl Fn(&str) -> Option<T>) -> T {
        match self.says_or_ends(means).await {
            Some(meaning) => meaning,
            None => panic!("{} did not get ready; it said:\n{}", self.name, self.log()),
        }
    }

    /// The same; nothing if the program ends, or its time is over, without having written that.
    pub async fn says_or_ends<T>(&self, means: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut said = self.said.clone();
        let heard = tokio::time::timeout(PATIENCE, async {
            let lines = said.wait_for(|lines| lines.iter().any(|line| means(line).is_some())).await.ok()?;
            lines.iter().find_map(|line| means(line))
        });
        heard.await.ok().flatten()
    }

    /// What it has written so far, on either stream.
    pub fn log(&self) -> String {
        let mut log = String::new();
        for line in self.said.borrow().iter() {
            writeln!(log, "    {line}").expect("a String takes every character");
        }
        log
    }

    /// Ends it without a word, as when the power goes.
    pub fn kill(mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it was started here");
    }

    /// Its number.
    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Whether it is still there.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

fn listen(stream: impl Read, say: &watch::Sender<Vec<String>>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        say.send_modify(|lines| lines.push(line));
    }
}

impl Drop for Process {
    /// Asks it to end, so that it can put away what it left lying about, then insists.
    fn drop(&mut self) {
        let pid = Pid::from_child(&self.child);
        if self.is_running() && kill_process(pid, Signal::TERM).is_ok() {
            // An error either way: the time is over, or the program is.
            let _ = self.ended.recv_timeout(Duration::from_secs(2));
        }
        let killed = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = killed
            && !thread::panicking()
        {
            panic!("{} could not be stopped: {error}", self.name);
        }
    }
}
