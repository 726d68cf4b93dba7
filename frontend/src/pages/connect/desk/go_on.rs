//! Going on with a request after a sign-in that came in between.

use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;
use shared::redirection::Redirection;
use shared::session::Person;

use super::Desk;
use crate::session::use_session;
use crate::{browser, page};

/// Under which it is kept in this tab what was to go on, whose it is, and since when.
const KEPT_AS: &str = "postern-go-on";

/// How long a sign-in may take; the service gives up by then too.
const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

/// Leaves for a sign-in, after which this page comes back and sends the request.
///
/// What was chosen comes back with the page's address. That it is to be sent does not: a link must
/// not open a port.
///
/// Nor does what is to be shared: it is kept here, and no link can choose it.
pub fn sign_in_and_go_on(login: &str, person: &Person, shared: &[Redirection]) {
    let (whose, here) = (page::escaped(&person.username), browser::here());
    let shared: String = shared.iter().flat_map(|what| [what.name(), ","]).collect();
    browser::keep_in_tab(KEPT_AS, &format!("{} {whose} ,{shared} {here}", browser::now().as_second()));
    browser::leave_for(&page::returning(login, &here));
}

impl Desk {
    /// Sends the request that such a sign-in came in between of, if it is the same person who came
    /// back: what one has filled in is not asked for in the name of another.
    pub fn go_on(self) {
        let kept = browser::take_from_tab(KEPT_AS).unwrap_or_default();
        let whose = page::escaped(&use_session().person.username);
        if let Some(shared) = is_to_go_on(&kept, &whose, &browser::here(), browser::now()) {
            self.form.update(|form| form.redirections = shared);
            // The form judges itself first.
            request_animation_frame(move || self.submit());
        }
    }
}

/// What is to be shared, if it is to go on.
fn is_to_go_on(kept: &str, whose: &str, here: &str, now: Timestamp) -> Option<Vec<Redirection>> {
    let mut parts = kept.splitn(4, ' ');
    let (left_at, who, shared, page) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let left_at = Timestamp::from_second(left_at.parse().ok()?).ok()?;
    let goes_on = who == whose && page == here && now.duration_since(left_at) < PATIENCE;
    goes_on.then(|| shared.split(',').filter_map(|name| name.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_that_was_left_goes_on_for_the_same_person_and_only_soon() {
        let here = "/vms/1/rg/vm/connect?port=22&reason=INC%201";
        let goes_on = |kept: &str, second| {
            let now = Timestamp::from_second(second).unwrap();
            is_to_go_on(kept, "olga%40contoso.com", here, now).is_some()
        };
        let kept = format!("1000 olga%40contoso.com ,clipboard,drives, {here}");
        let shared = is_to_go_on(&kept, "olga%40contoso.com", here, Timestamp::from_second(1000).unwrap());
        assert_eq!(shared, Some(vec![Redirection::Clipboard, Redirection::Drives]));
        assert!(goes_on(&kept, 1000) && goes_on(&kept, 1599));
        assert!(!goes_on(&kept, 1600), "too late");
        assert!(!goes_on(&format!("1000 rita%40contoso.com , {here}"), 1000), "somebody else");
        assert!(!goes_on("1000 olga%40contoso.com , /vms/1/rg/vm/connect?port=3389", 1000), "something else");
        for wrong in ["", here, "soon /vms", " "] {
            assert!(!goes_on(wrong, 1000), "{wrong}");
        }
    }
}
