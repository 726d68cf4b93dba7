//! Comparing text.

/// Whether two texts are the same but for case.
pub(super) fn equal_fold(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() {
        return left.eq_ignore_ascii_case(right);
    }
    let folded = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
    folded(left) == folded(right)
}

/// Whether `text` holds `term` as a whole term: not next to another letter or digit.
///
/// An underscore ends a term, unlike the word boundary of a regular expression.
pub(super) fn has_term(text: &str, term: &str) -> bool {
    let begins_term = term.starts_with(char::is_alphanumeric);
    let ends_term = term.ends_with(char::is_alphanumeric);
    text.match_indices(term).any(|(start, found)| {
        let before = text[..start].chars().next_back();
        let after = text[start + found.len()..].chars().next();
        let free = |neighbour: Option<char>| !neighbour.is_some_and(char::is_alphanumeric);
        (!begins_term || free(before)) && (!ends_term || free(after))
    })
}
