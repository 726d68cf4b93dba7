//! Patterns with `*` for any run of characters, without regard to case.

/// Whether the whole of `text` fits `pattern`.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = strip_prefix(text, first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            let tail = rest.len().checked_sub(part.len()).and_then(|at| rest.get(at..));
            return tail.is_some_and(|tail| tail.eq_ignore_ascii_case(part));
        }
        match find(rest, part) {
            Some(end) => rest = &rest[end..],
            None => return false,
        }
    }
    true
}

/// Whether some part of `text` fits `pattern`.
pub fn is_in(pattern: &str, text: &str) -> bool {
    matches(&format!("*{pattern}*"), text)
}

fn strip_prefix<'text>(text: &'text str, prefix: &str) -> Option<&'text str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Where the first `part` in `text` ends.
fn find(text: &str, part: &str) -> Option<usize> {
    text.to_ascii_lowercase().find(&part.to_ascii_lowercase()).map(|start| start + part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_match_runs_and_the_rest_matches_itself() {
        assert!(matches("*", ""));
        assert!(matches("a*c", "ABBC"));
        assert!(!matches("a*c", "abcd"));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(!matches("ab*ba", "aba"));
        assert!(matches("exactly", "Exactly"));
    }

    #[test]
    fn a_part_may_be_anywhere() {
        assert!(is_in("policies/*/initiate", "/subscriptions/1/policies/default/initiate?api-version=1"));
        assert!(!is_in("policies/*/initiate", "/policies/default"));
    }
}
