//! `postern` as a program: what it prints, and how it ends.

mod audit;
mod explain;
mod hangup;

use std::process::{Command, Output};

fn postern(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_postern"))
        .args(arguments)
        .env_remove("POSTERN_CONFIG")
        .output()
        .expect("it was built for this test")
}

fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn help_and_version_go_to_standard_output() {
    let (code, help, _) = said(&postern(&["--help"]));
    assert_eq!(code, 0);
    for word in ["serve", "--config <FILE>", "POSTERN_CONFIG", "POSTERN__SERVER__LISTEN"] {
        assert!(help.contains(word), "{word} is not in:\n{help}");
    }
    let (code, version, _) = said(&postern(&["--version"]));
    assert_eq!((code, version), (0, format!("postern {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_wrong_command_line_and_settings_that_cannot_be_read_end_with_2() {
    let (code, _, error) = said(&postern(&["--konfig", "x"]));
    assert!(code == 2 && error.contains("--config"), "{code}: {error}");
    let (code, _, error) = said(&postern(&["serve", "--config", "/there/is/no/such.toml"]));
    assert_eq!(code, 2);
    assert_eq!(
        error,
        "postern: the settings file /there/is/no/such.toml cannot be read: No such file or directory (os error 2)\n"
    );
    let (code, _, error) = said(&postern(&[]));
    assert!(code == 2 && error.contains("is not set"), "{code}: {error}");
}
