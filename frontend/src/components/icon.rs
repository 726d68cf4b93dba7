//! Our own icons: strokes of one width on a grid of sixteen.

use crate::view::{Element, el};

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// Postern's mark: an open gate.
    Mark,
    /// A key.
    Key,
    /// Machines.
    Machines,
    /// A plug and its socket.
    Plug,
    /// A magnifying glass.
    Search,
    /// An arrow in a circle.
    Refresh,
    /// A person.
    Person,
    /// Three sliders.
    Settings,
    /// Three lines.
    Menu,
    /// Two sheets.
    Copy,
    /// A letter i in a circle.
    Info,
    /// A tick in a circle.
    Success,
    /// An exclamation mark in a triangle.
    Warning,
    /// A cross in a circle.
    Error,
    /// A disc: nothing has happened yet.
    Pending,
    /// An arc that turns.
    Busy,
    /// A padlock.
    Lock,
    /// An arrow into a tray.
    Download,
    /// A triangle that points right.
    Play,
    /// A chevron that points down.
    Chevron,
    /// A clock.
    Clock,
    /// A list with ticks.
    Audit,
    /// A printer.
    Print,
    /// Bars of different heights.
    Report,
    /// A screen.
    Screen,
    /// A prompt.
    Terminal,
}

impl Glyph {
    /// The icon as the path data of strokes.
    fn strokes(self) -> &'static str {
        match self {
            Self::Mark => "M3 14V7a5 5 0 0 1 10 0v7M6 14V7.5a2 2 0 0 1 4 0V14",
            Self::Key => "M7.2 8.8 13.5 2.5M11 5l2 2M5 13a3 3 0 1 1 0-6 3 3 0 0 1 0 6Z",
            Self::Machines => "M2 3h12v7H2zM6 13h4M8 10v3",
            Self::Plug => "M6 2v3M10 2v3M4.5 5h7v3a3.5 3.5 0 0 1-7 0zM8 11.5V14",
            Self::Search => "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.7 10.7 14 14",
            Self::Refresh => "M13.5 8A5.5 5.5 0 1 1 11.8 4M12 1.5V4.5H9",
            Self::Person => "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8ZM2.5 14a5.5 5.5 0 0 1 11 0",
            Self::Settings => {
                "M2 4h7M13 4h1M2 8h1M7 8h7M2 12h6M12 12h2M9 4a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM3 8a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM8 12a2 2 0 1 0 4 0 2 2 0 0 0-4 0Z"
            }
            Self::Menu => "M2 4h12M2 8h12M2 12h12",
            Self::Copy => "M5.5 5.5h7.5v8H5.5zM3 10.5v-8h7.5",
            Self::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.2V11M8 4.9v.3",
            Self::Success => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.3 8.2l2 2 3.5-4",
            Self::Warning => "M8 2.2 14.3 13.5H1.7ZM8 6.5v3.2M8 11.5v.2",
            Self::Error => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6 6l4 4M10 6l-4 4",
            Self::Pending => "M8 12.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Z",
            Self::Busy => "M8 2.5A5.5 5.5 0 1 1 2.5 8",
            Self::Audit => {
                "M2 4l1.2 1.2L5.5 3M2 8.5l1.2 1.2 2.3-2.2M2 13l1.2 1.2 2.3-2.2M8 4h6M8 8.5h6M8 13h6"
            }
            Self::Lock => "M3.5 7h9v7h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
            Self::Download => "M8 2v8M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
            Self::Play => "M5 3l7.5 5L5 13z",
            Self::Chevron => "M4 6l4 4 4-4",
            Self::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.5V8l2.5 1.5",
            Self::Print => "M4 6V2h8v4M4 12H2V6h12v6h-2M4 10h8v4H4z",
            Self::Report => "M2 14h12M4 14V9M8 14V3M12 14V6",
            Self::Screen => "M2 3h12v8H2zM5.5 14h5M8 11v3",
            Self::Terminal => "M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3",
        }
    }
}

/// An icon. It is decoration: the words beside it say the same.
pub fn icon(glyph: Glyph) -> Element {
    el("svg")
        .class(if glyph == Glyph::Busy { "icon icon--busy" } else { "icon" })
        .attr("viewBox", "0 0 16 16")
        .attr("aria-hidden", "true")
        .attr("focusable", "false")
        .child(el("path").attr("d", glyph.strokes()))
}
