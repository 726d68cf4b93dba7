//! What is known, and what was just heard.

use shared::access::{AccessRequest, RequestId};

/// What is open now, and after it what ended since it was first shown. One that is neither among
/// the open nor among the recent ones has been over for long.
pub fn merged(
    shown: &[AccessRequest],
    open: Vec<AccessRequest>,
    recent: &[AccessRequest],
) -> Vec<AccessRequest> {
    let now_open: Vec<RequestId> = open.iter().map(|request| request.id).collect();
    let ended = shown.iter().filter(|known| !now_open.contains(&known.id)).filter_map(|known| {
        let latest = recent.iter().find(|request| request.id == known.id).unwrap_or(known);
        latest.status.is_final().then(|| latest.clone())
    });
    let ended: Vec<AccessRequest> = ended.collect();
    open.into_iter().chain(ended).collect()
}

/// Puts `request` in the place of what was known of it.
pub fn replaced(shown: &mut [AccessRequest], request: AccessRequest) {
    if let Some(known) = shown.iter_mut().find(|known| known.id == request.id) {
        *known = request;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::my_access::samples::request;
    use shared::access::{Ending, Status};

    fn open(number: u8) -> AccessRequest {
        request(number, "web-01")
    }

    fn ended(number: u8) -> AccessRequest {
        let request = open(number);
        let at = request.requested_at;
        AccessRequest { status: Status::Ended { at, how: Ending::Expired }, ..request }
    }

    #[test]
    fn what_ended_while_it_was_looked_at_stays_and_says_so() {
        let now = merged(&[open(1), open(2)], vec![open(2), open(3)], &[open(3), open(2), ended(1)]);
        assert_eq!(now, [open(2), open(3), ended(1)]);
        assert_eq!(merged(&now, vec![open(2)], &[]), [open(2), ended(1)]);
    }

    #[test]
    fn what_was_over_before_is_not_shown() {
        assert_eq!(merged(&[], vec![], &[ended(1)]), []);
    }

    #[test]
    fn news_changes_one_request_and_adds_none() {
        let mut shown = [open(1), open(2)];
        replaced(&mut shown, ended(2));
        replaced(&mut shown, ended(3));
        assert_eq!(shown, [open(1), ended(2)]);
    }
}
