//! The rows. Only those that can be seen are on the page: there may be ten thousand.

use leptos::prelude::*;
use shared::jit_list::{JitRow, Tab};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

use super::address;
use super::chosen::Chosen;
use super::list::JitList;
use super::menu::Menu;
use super::row::row;
use crate::components::button::Button;
use crate::components::failure::failure_with_retry;
use crate::components::table::head;
use crate::format;
use crate::view::{Element, View, el, several};

/// How high a row is, in pixels: as the style sheet has it.
const ROW: usize = 48;

/// How many rows are ready before and after those that can be seen.
const SPARE: usize = 15;

/// How many rows there are at first, and how many more at a time where they are cards.
const SOME: usize = 50;

/// The id of what the rows scroll in.
const FRAME: &str = "jit-rows";

/// The rows of a tab.
#[derive(Clone, Copy)]
pub struct Table {
    list: JitList,
    chosen: Chosen,
    menu: Menu,
    /// The first row that is on the page.
    first: RwSignal<usize>,
    /// The first that is not any more.
    end: RwSignal<usize>,
    /// How many cards there are, where rows are cards: those grow in number and are not taken away.
    /// None where they are not.
    cards: RwSignal<usize>,
}

/// A column, and by what it is ordered if it can be.
type Column = (&'static str, Option<&'static str>);

const CONFIGURED: [Column; 5] = [
    ("Virtual machine", Some("name")),
    ("Approved", Some("approved")),
    ("Last access", Some("last_access")),
    ("Connection details", None),
    ("Last user", None),
];
const NOT_CONFIGURED: [Column; 5] = [
    ("Virtual machine", Some("name")),
    ("Resource group", Some("group")),
    ("Subscription name", Some("subscription")),
    ("Severity", Some("severity")),
    ("Reason", Some("reason")),
];
const UNSUPPORTED: [Column; 4] = [
    ("Virtual machine", Some("name")),
    ("Resource group", Some("group")),
    ("Subscription name", Some("subscription")),
    ("Reason", Some("reason")),
];

impl Table {
    /// The rows of `list`.
    pub fn new(list: JitList, chosen: Chosen, menu: Menu) -> Self {
        let (first, end, cards) = (RwSignal::new(0), RwSignal::new(SOME), RwSignal::new(0));
        let table = Self { list, chosen, menu, first, end, cards };
        Effect::new(move |_| {
            list.need(table.first.get(), table.end.get().saturating_sub(1));
        });
        Effect::new(move |_| {
            // Once the rows of an answer are there, what can be seen of them may be something else.
            list.about(|_| ());
            list.need(table.first.get_untracked(), table.end.get_untracked().saturating_sub(1));
            request_animation_frame(move || table.measure());
        });
        let resized = window_event_listener_untyped("resize", move |_| table.measure());
        on_cleanup(move || resized.remove());
        table
    }

    /// Finds out which rows can be seen.
    fn measure(self) {
        let frame = document().get_element_by_id(FRAME);
        let Some(frame) = frame.and_then(|frame| frame.dyn_into::<HtmlElement>().ok()) else { return };
        let head = frame.query_selector("thead").ok().flatten();
        // As cards, rows have no head above them.
        let are_cards = head
            .and_then(|head| head.dyn_into::<HtmlElement>().ok())
            .is_some_and(|head| head.offset_height() == 0);
        let total = untrack(|| self.list.total());
        let pixels = |pixels: i32| usize::try_from(pixels).unwrap_or(0);
        let cards = if are_cards { self.cards.get_untracked().max(SOME) } else { 0 };
        let (first, end) = if are_cards {
            (0, cards)
        } else {
            let first = pixels(frame.scroll_top()) / ROW;
            let seen = pixels(frame.client_height()) / ROW + 1;
            // In steps, so that not every row that is scrolled past makes all of them anew.
            (first.saturating_sub(SPARE) / 10 * 10, (first + seen + SPARE).div_ceil(10) * 10)
        };
        for (known, now) in [(self.cards, cards), (self.first, first.min(total)), (self.end, end)] {
            if known.get_untracked() != now {
                known.set(now);
            }
        }
    }

    /// The rows on the page.
    pub fn view(self) -> View {
        let list = self.list;
        several![
            move || list.failure().map(|error| failure_with_retry(&error, move || list.load())),
            el("div")
                .id(FRAME)
                .class("table-frame jit__rows")
                .attr("data-rest", "thead a")
                .on("scroll", move |_: Event| self.measure())
                .child(self.table()),
            move || self.more(),
        ]
    }

    fn table(self) -> Element {
        let list = self.list;
        // The columns are those of the rows that are there, not of the tab that is on its way.
        let tab = move || list.shown().tab;
        let head = move || self.head(tab());
        let body = move || {
            let total = list.total();
            let end = self.end.get().min(total);
            let first = self.first.get().min(end);
            let (rows, tab) = (list.rows(first, end), tab());
            several![
                gap(first),
                rows.into_iter().zip(first..).map(|(row, place)| self.row(tab, row, place)).collect::<View>(),
                gap(total.saturating_sub(end)),
            ]
        };
        el("table")
            .class(move || format!("table jit__table jit__table--{}", tab().name()))
            .attr("role", "table")
            .attr("aria-label", "Virtual machines")
            .attr("aria-rowcount", move || (list.total() + 1).to_string())
            .child(el("thead").attr("role", "rowgroup").child(head))
            .child(el("tbody").attr("role", "rowgroup").child(body))
    }

    fn head(self, tab: Tab) -> Element {
        let columns: &[Column] = match tab {
            Tab::Configured => &CONFIGURED,
            Tab::NotConfigured => &NOT_CONFIGURED,
            Tab::Unsupported => &UNSUPPORTED,
        };
        let shown = self.list.shown();
        let column = |(name, key): &Column| {
            let Some(key) = *key else { return head(*name) };
            let sort = if shown.sort.is_empty() { "name" } else { &shown.sort };
            let (order, arrow) = match sort.strip_prefix('-') {
                None if sort == key => (Some("ascending"), " ↑"),
                Some(by) if by == key => (Some("descending"), " ↓"),
                _ => (None, ""),
            };
            let link = el("a").class("jit__sort").attr("href", address(&shown.sorted(key))).child(*name);
            head(link.child(el("span").attr("aria-hidden", "true").child(arrow))).attr("aria-sort", order)
        };
        let quiet = |name: &'static str| head(el("span").class("visually-hidden").child(name));
        el("tr")
            .attr("role", "row")
            .child(self.chosen.is_offered().then(|| quiet("Select").class("jit__tick")))
            .child(columns.iter().map(column).collect::<View>())
            .child(quiet("More").class("jit__dots"))
    }

    fn row(self, tab: Tab, found: Option<JitRow>, place: usize) -> Element {
        let waiting = || {
            let words = el("td").attr("role", "cell").attr("colspan", "7").child("…");
            let key = format!("{} {place}", tab.name());
            el("tr").class("jit__row").attr("aria-busy", "true").key(key).child(words)
        };
        let row = found.map_or_else(waiting, |found| row(found, self.chosen, self.menu));
        row.attr("role", "row").attr("aria-rowindex", (place + 2).to_string())
    }

    /// Where rows are cards: how many there are, and the way to more.
    fn more(self) -> Option<Element> {
        let (cards, total) = (self.cards.get(), self.list.total());
        let more = move || {
            self.cards.set(cards + SOME);
            self.measure();
        };
        (0 < cards && cards < total).then(|| {
            let shown = format::shown(cards, u32::try_from(total).unwrap_or(u32::MAX));
            el("p")
                .class("more")
                .child(Button::new("Load more", more))
                .child(el("span").class("quiet").child(shown))
        })
    }
}

/// Where `rows` rows would be that cannot be seen.
fn gap(rows: usize) -> Option<Element> {
    let space = el("td").prop("style", format!("height:{}px", rows * ROW));
    (rows > 0).then(|| el("tr").class("jit__gap").attr("aria-hidden", "true").child(space))
}
