//! A PostgreSQL server for tests, in a temporary folder, with nothing kept on disk for longer than
//! the tests take.
//!
//! The first process that needs one starts it, and all others that run meanwhile use it too:
//! nextest gives every test a process of its own. A shell waits beside the server until nobody
//! holds its end of a pipe any more, however they ended, and then takes everything away.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rustix::fs::{FlockOperation, OFlags, flock};
use sqlx::{AssertSqlSafe, Connection, Executor};
use url::Url;
use uuid::Uuid;

use crate::database;

/// The server that this process uses. Its end of the pipe is held until the process ends.
static SERVER: OnceLock<Server> = OnceLock::new();

/// What starts the server and, once nobody uses it, stops it: `sh -c KEEPER keeper <bin> <folder>`.
///
/// What is kept need not survive a power cut, so nothing is waited for; that makes it fast.
const KEEPER: &str = r#"
set -eu
exec 2>"$2/keeper.log"
"$1/initdb" -D "$2/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >&2
mkfifo -m 666 "$2/users"
"$1/pg_ctl" -D "$2/data" -l "$2/log" -w -o "-k $2 -c listen_addresses= -c fsync=off \
    -c full_page_writes=off -c shared_buffers=16MB -c max_connections=300" start >&2
echo ready
exec >&2
cat "$2/users"
# Somebody may have come while the last one left: whoever reads next finds them there.
while timeout 1 sh -c ': <"$1"' look "$2/users"; do cat "$2/users"; done
"$1/pg_ctl" -D "$2/data" -m immediate stop
rm -rf "$2"
"#;

struct Server {
    url: Url,
    /// As long as anybody holds one, the server stays.
    _user: Option<File>,
}

/// The URL of a database that nobody else uses.
pub async fn fresh_database() -> String {
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(Server::find_or_start));
    let server = server.await.expect("the server starts");
    let name = format!("test_{}", Uuid::new_v4().simple());
    let mut connection = database::connect(server.url.as_str()).await;
    let create = connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await;
    create.expect("the server creates databases");
    connection.close().await.expect("the connection closes");
    let mut url = server.url.clone();
    url.set_path(&name);
    url.into()
}

impl Server {
    /// The one that the environment names, the one that another test has started, or a new one.
    fn find_or_start() -> Self {
        if let Some(named) = std::env::var_os("POSTERN_TEST_POSTGRES") {
            let url = named.to_str().and_then(|url| url.parse().ok());
            return Self { url: url.expect("POSTERN_TEST_POSTGRES is the URL of a database"), _user: None };
        }
        // Beside the tests' own binary, so that only these tests share it.
        let binary = std::env::current_exe().expect("this process has a binary");
        let note = binary.with_file_name("postgres-for-tests");
        let mut options = OpenOptions::new();
        let lock = options.read(true).write(true).create(true).truncate(false).open(&note);
        let lock = lock.expect("the folder of the binary takes files");
        flock(&lock, FlockOperation::LockExclusive).expect("the file can be locked");
        let folder = PathBuf::from(fs::read_to_string(&note).expect("it can be read"));
        let mut pipe = OpenOptions::new();
        pipe.write(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed());
        // This fails unless the keeper is at the other end.
        if let Ok(user) = pipe.open(folder.join("users")) {
            return Self::used_by(user, &folder);
        }
        let folder = start();
        fs::write(&note, folder.as_os_str().as_encoded_bytes()).expect("the file can be written");
        // The keeper may be on its way there: this waits for it.
        let user = OpenOptions::new().write(true).open(folder.join("users"));
        Self::used_by(user.expect("the keeper has made a pipe"), &folder)
    }

    fn used_by(user: File, folder: &Path) -> Self {
        let mut url: Url = "postgres://postgres@localhost/postgres".parse().expect("it is a URL");
        url.query_pairs_mut().append_pair("host", folder.to_str().expect("temporary folders are text"));
        Self { url, _user: Some(user) }
    }
}

/// Starts a server in a new folder, and a shell that takes both away once nobody uses it.
fn start() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("postern-pg-").tempdir().expect("there is a place for it");
    let folder = folder.keep();
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).expect("the folder is ours");
    let mut keeper = Command::new("setsid");
    if rustix::process::geteuid().is_root() {
        // The server refuses to run as root.
        let (name, user, group) = somebody();
        chown(&folder, Some(user), Some(group)).expect("root gives things away");
        keeper.args(["setpriv", "--clear-groups"]);
        keeper.args([format!("--reuid={name}"), format!("--regid={group}")]);
    }
    keeper.args(["sh", "-c", KEEPER, "keeper"]).arg(binaries()).arg(&folder).current_dir("/");
    let mut keeper = keeper
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Linux has setsid");
    let mut said = String::new();
    let stdout = keeper.stdout.take().expect("it was asked for");
    BufReader::new(stdout).read_line(&mut said).expect("it is text");
    std::thread::spawn(move || keeper.wait());
    let log = ["keeper.log", "log"].map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default());
    assert_eq!(said, "ready\n", "PostgreSQL did not start:\n{}{}", log[0], log[1]);
    folder
}

/// Who the server runs as where the tests run as root: name, user and group id.
fn somebody() -> (String, u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("everybody may read who there is");
    let find = |wanted: &str| {
        users.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, user, group, ..] = fields[..] else { return None };
            (name == wanted).then(|| Some((name.to_owned(), user.parse().ok()?, group.parse().ok()?)))?
        })
    };
    find("postgres").or_else(|| find("nobody")).expect("there is somebody who is not root")
}

/// Where the newest of the installed servers is; Debian keeps them out of the PATH.
fn binaries() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let installed = versions.filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        let folder = version.path().join("bin");
        folder.join("postgres").is_file().then_some((number, folder))
    });
    let newest = installed.max_by_key(|(number, _)| *number).map(|(_, folder)| folder);
    newest.unwrap_or_else(|| {
        let program = crate::process::program(&["pg_ctl"]);
        let program = fs::canonicalize(program).expect("it was just found");
        program.parent().expect("it is in a folder").to_owned()
    })
}
