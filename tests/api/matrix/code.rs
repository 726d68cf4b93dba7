//! What is written for those who script.

use super::Who;

/// The status that it answers with.
pub fn expected(route: &str, who: Who, theirs: bool) -> u16 {
    match (route, who) {
        (_, Who::Everything) if theirs => 200,
        // Of a change that they cannot make on any machine there is nothing to write.
        ("post /api/jit/policies/code", _) => 422,
        (_, Who::Requester) if theirs => 200,
        (_, Who::Reader) if theirs => 422,
        _ => 404,
    }
}
