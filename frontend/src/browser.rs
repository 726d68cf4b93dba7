//! What only the browser can do: its clock, its storage, where the focus is.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::{document, request_animation_frame, set_timeout, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Element, HtmlDialogElement, HtmlElement, KeyboardEvent, Node, Url};

/// How long a file is kept for the browser to save.
const SAVED: Duration = Duration::from_mins(1);

/// What time the browser thinks it is.
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for ages")]
    let milliseconds = js_sys::Date::now() as i64;
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// How far its clock is ahead of its stopwatch. That stays the same, unless the
/// computer slept, which stops the stopwatch on most, or somebody set the clock.
pub fn clock_ahead() -> SignedDuration {
    let stopwatch = window().performance().map_or(0.0, |performance| performance.now());
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit for ages")]
    let ahead = (js_sys::Date::now() - stopwatch) as i64;
    SignedDuration::from_millis(ahead)
}

/// Moves the keyboard's focus, which something had that is not in `left` any more, to where it rests
/// there: what the selector in `data-rest` finds, of the innermost element that has one.
pub fn rest_focus(left: &Node) {
    let Some(place) = left.dyn_ref::<Element>().and_then(|left| left.closest("[data-rest]").ok()?) else {
        return;
    };
    request_animation_frame(move || {
        // Whoever took it meanwhile keeps it.
        let is_free = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        let rest = || place.query_selector(&place.get_attribute("data-rest")?).ok()?;
        if is_free && let Some(rest) = rest().and_then(|rest| rest.dyn_into::<HtmlElement>().ok()) {
            drop(rest.focus());
        }
    });
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

/// Keeps `value` under `key` for as long as this tab is open.
pub fn keep_in_tab(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        drop(storage.set_item(key, value));
    }
}

/// What is kept under `key` in this tab.
pub fn kept_in_tab(key: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(key).ok()?
}

/// Takes what is kept under `key` in this tab, so that it is not there a second time.
pub fn take_from_tab(key: &str) -> Option<String> {
    let storage = window().session_storage().ok()??;
    let value = storage.get_item(key).ok()?;
    drop(storage.remove_item(key));
    value
}

/// Whether the page can be seen, and not only another tab.
pub fn is_looked_at() -> bool {
    !document().hidden()
}

/// The path of the page that is open.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// What stands behind the `#` of its address, which the browser sends nobody.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default().trim_start_matches('#').to_owned()
}

/// The path and query of the page that is open.
pub fn here() -> String {
    let location = window().location();
    format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// Leaves for another address altogether, such as the sign-in provider's.
pub fn leave_for(url: &str) {
    // Fails only for what is no address.
    drop(window().location().set_href(url));
}

/// Does what the browser's own button does.
pub fn go_back() {
    if let Ok(history) = window().history() {
        // Fails only where there is no history.
        drop(history.back());
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

/// Moves the keyboard's focus to the element with this id, if what had it is gone.
pub fn refocus(id: &str) {
    let focused = document().active_element();
    if focused.is_none_or(|element| element.tag_name() == "BODY") {
        focus(id);
    }
}

/// Moves the keyboard's focus to the first element that fits the CSS selector; `false` if none does.
pub fn focus_first(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    found
        .and_then(|element| element.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.focus().is_ok())
}

/// Whether a key goes into a field rather than to the page.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Hides the popover with this id, if it is shown.
pub fn close_popover(id: &str) {
    if let Some(element) =
        document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok())
    {
        // Fails only for what is no popover.
        drop(element.hide_popover());
    }
}

/// Opens the dialog with this id above the page, and moves the focus into it. Escape closes it.
pub fn open_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        // Fails only if it is open already.
        drop(dialog.show_modal());
    }
}

/// Closes the dialog with this id; the focus goes back to where it was.
pub fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The date and time of day that the browser's clocks show at a moment.
pub fn local(moment: Timestamp) -> DateTime {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are exact in a double for ages")]
    let milliseconds = moment.as_millisecond() as f64;
    #[expect(clippy::cast_possible_truncation, reason = "an offset is less than a day, in whole minutes")]
    let behind = js_sys::Date::new(&milliseconds.into()).get_timezone_offset() as i32;
    Offset::from_seconds(-60 * behind).unwrap_or(Offset::UTC).to_datetime(moment)
}

/// The moment at which the day begins that is `later` days after `day`, such as `2030-01-09`, where
/// the browser is.
pub fn midnight(day: &str, later: i32) -> Option<Timestamp> {
    let mut parts = day.splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month: i32 = parts.next()?.parse().ok()?;
    let day: i32 = parts.next()?.parse().ok()?;
    let date = js_sys::Date::new_with_year_month_day(year, month - 1, day + later);
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds; what is no date is zero")]
    let milliseconds = date.get_time() as i64;
    Timestamp::from_millisecond(milliseconds).ok()
}

/// Day, year and time of day in a time zone: `22 Nov 2026, 14:05`. In one that the browser does not
/// know, where the browser is.
pub fn in_zone(moment: Timestamp, zone: &str) -> String {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are exact in a double for ages")]
    let date = js_sys::Date::new(&(moment.as_millisecond() as f64).into());
    let options = js_sys::Object::new();
    let parts = [
        ("timeZone", zone),
        ("day", "numeric"),
        ("month", "short"),
        ("year", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("hourCycle", "h23"),
    ];
    for (name, value) in parts {
        // Fails only for what is no object.
        drop(js_sys::Reflect::set(&options, &name.into(), &value.into()));
    }
    let arguments = js_sys::Array::of2(&"en-GB".into(), &options);
    let written = js_sys::Reflect::get(&date, &"toLocaleString".into()).and_then(|write| {
        js_sys::Reflect::apply(write.unchecked_ref::<js_sys::Function>(), &date, &arguments)
    });
    written.ok().and_then(|text| text.as_string()).unwrap_or_else(|| {
        let here = local(moment);
        format!("{} {:02}:{:02}", here.date(), here.hour(), here.minute())
    })
}

/// The names of the time zones that the browser knows.
pub fn time_zones() -> Vec<String> {
    let zones = || {
        let intl = js_sys::Reflect::get(&js_sys::global(), &"Intl".into())?;
        let list = js_sys::Reflect::get(&intl, &"supportedValuesOf".into())?;
        js_sys::Reflect::apply(
            list.unchecked_ref::<js_sys::Function>(),
            &intl,
            &js_sys::Array::of1(&"timeZone".into()),
        )
    };
    // An older browser names none; they can be typed all the same.
    let zones = zones().unwrap_or_else(|_: JsValue| js_sys::Array::new().into());
    js_sys::Array::from(&zones).iter().filter_map(|zone| zone.as_string()).collect()
}

/// Prints the page.
pub fn print() {
    // Fails only where there is nothing to print with.
    drop(window().print());
}

/// Has the browser save `text` as a file.
pub fn save(name: &str, text: &str) {
    if let Ok(file) = Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into())) {
        save_blob(name, &file);
    }
}

/// The same, of what the browser has already.
pub fn save_blob(name: &str, file: &Blob) {
    let Ok(link) = document().create_element("a").map(JsCast::unchecked_into::<web_sys::HtmlAnchorElement>)
    else {
        return;
    };
    let Ok(url) = Url::create_object_url_with_blob(file) else { return };
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // By then the browser has read it.
    set_timeout(move || drop(Url::revoke_object_url(&url)), SAVED);
}
