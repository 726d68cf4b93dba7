//! What only the browser can do: its clock, its storage, its clipboard.

use jiff::Timestamp;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// What time the browser thinks it is.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for ages")]
    let milliseconds = js_sys::Date::now() as i64;
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// What is kept under `key` in this browser.
pub fn remembered(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps `value` under `key` in this browser, if it lets us.
pub fn remember(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage only means that nothing is remembered.
        drop(storage.set_item(key, value));
    }
}

/// The path and query of the page that is open.
pub fn here() -> String {
    let location = window().location();
    format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// Leaves for another address altogether, such as the sign-in provider's.
pub fn leave_for(url: &str) {
    if let Err(error) = window().location().set_href(url) {
        leptos::logging::error!("cannot go to {url}: {error:?}");
    }
}

/// Moves the keyboard's focus to the element with this id.
pub fn focus(id: &str) {
    if let Some(element) =
        document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        drop(element.focus());
    }
}

/// Has the browser download `url`, whose answer says that it is an attachment.
pub fn download(url: &str) {
    let Ok(link) = document().create_element("a").map(JsCast::unchecked_into::<web_sys::HtmlAnchorElement>)
    else {
        return;
    };
    link.set_href(url);
    link.set_download("");
    link.click();
}
