use secrecy::ExposeSecret;

use super::*;

#[test]
fn a_secret_may_stand_in_a_file_with_a_line_break_at_its_end() {
    let path = std::env::temp_dir().join(uuid::Uuid::new_v4().to_string());
    std::fs::write(&path, "hunter2 \n").unwrap();
    let path_text = path.to_str().unwrap();
    let config = read(LEAST, &[("POSTERN__SIGN_IN__CLIENT_SECRET_FILE", path_text)]).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(config.sign_in.client_secret.unwrap().expose_secret(), "hunter2 ");
    let message = complaint_about("POSTERN__SIGN_IN__CLIENT_SECRET_FILE", path_text);
    assert_eq!(
        message,
        format!(
            "`sign_in.client_secret_file` is `{path_text}`, which cannot be read: No such file or directory (os error 2)"
        )
    );
}

#[test]
fn a_secret_is_given_once() {
    assert_eq!(
        complaint_about("POSTERN__SESSION__KEY_FILE", "/run/secrets/key"),
        "`session.key` and `session.key_file` are both set; expected one of them"
    );
}

#[test]
fn a_secret_is_never_shown() {
    let message = complaint("AAECAw", "hunter2");
    assert_eq!(
        message,
        "`session.key` is not as it must be, and not shown because it is a secret; expected 32 random bytes in base64, as `openssl rand -base64 32` prints them"
    );
    let message = complaint_about("POSTERN__STORE__URL", "mysql://postern:hunter2@db/postern");
    assert_eq!(
        message,
        "`store.url` is not as it must be, and not shown because it is a secret; expected sqlite:<file> or postgres://<user>:<password>@<host>/<database>"
    );
    let unclosed = format!("{LEAST}\n[store]\nurl = \"postgres://postern:hunter2@db");
    let message = read(&unclosed, &[]).unwrap_err().to_string();
    assert!(message.starts_with("postern.toml, line 16: ") && !message.contains("hunter2"), "{message}");
    let config = read(LEAST, &[("POSTERN__STORE__URL", "postgres://postern:hunter2@db/postern")]).unwrap();
    assert!(!format!("{config:?}").contains("hunter2") && !format!("{config:?}").contains(KEY));
}
