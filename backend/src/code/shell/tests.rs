//! What a real shell makes of it.

use std::process::Command;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// What the commands of a script are given: their words, and what they read.
fn given(script: &str) -> Vec<String> {
    let told =
        "tell() { for word; do printf '%s\\0' \"$word\"; case $word in @-) cat; printf '\\0' ;; esac; done; }
az() { tell \"$@\"; }
curl() { tell \"$@\"; }
TOKEN=secret
";
    let output = Command::new("sh").arg("-c").arg(format!("{told}{script}")).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{script}: {output:?}");
    String::from_utf8(output.stdout).unwrap().split_terminator('\0').map(str::to_owned).collect()
}

fn api() -> Api {
    Api { url: "https://postern.contoso.com".parse().unwrap(), scope: None }
}

#[test]
fn the_end_is_so_long_from_now() {
    let now = || given("tell $(date +%s)")[0].parse::<i64>().unwrap();
    let before = now();
    let end: jiff::Timestamp = given(&(end_in(90) + "tell $end"))[0].parse().unwrap();
    assert!((before..=now()).contains(&(end.as_second() - 90 * 60)), "{end}");
}

#[test]
fn a_call_without_a_body_is_one_too() {
    let words = given(&az_plain("delete", "/subscriptions/x(1)?api-version=2020-01-01"));
    assert_eq!(words, ["rest", "--method", "delete", "--url", "/subscriptions/x(1)?api-version=2020-01-01"]);
}

proptest! {
    // Each case is a process.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_shell_hands_on_what_was_written(
        words in "[^\u{0}]{0,12}",
        tricks in proptest::collection::vec(prop_oneof![
            Just("'"), Just("\""), Just("\\"), Just("$(id)"), Just("`id`"), Just("!x"), Just("\nJSON\n"), Just("$end"), Just("${TOKEN}"),
        ], 0..6),
    ) {
        let words = words + &tricks.concat();
        let body = json!({ "justification": words, "endTimeUtc": "" });
        let term = Term::from(body.clone());

        let with = term.clone().with_variable("endTimeUtc", "end");
        let script = format!("end=2030-01-01T00:00:00Z\n{}", az_with("post", &words, &with));
        let given_to_az = given(&script);
        prop_assert_eq!(&given_to_az[4], &words);
        let read: Value = serde_json::from_str(&given_to_az[8]).unwrap();
        prop_assert_eq!(read, json!({ "justification": words, "endTimeUtc": "2030-01-01T00:00:00Z" }));

        for script in [az_sending("put", "/x", &term), curl(&api(), "/api/x", &term)] {
            let words = given(&script);
            let at = words.iter().position(|word| word == "@-").unwrap();
            prop_assert_eq!(serde_json::from_str::<Value>(&words[at + 1]).unwrap(), body.clone());
            prop_assert_eq!(words.len(), at + 2);
        }
        let curl = given(&curl(&api(), "/api/x", &term));
        prop_assert_eq!(&curl[1], "https://postern.contoso.com/api/x");
        prop_assert_eq!(&curl[3], "Authorization: Bearer secret");
    }
}
