//! Our own icons: strokes of one width on a grid of sixteen.

use leptos::prelude::*;

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
    /// A cross.
    Close,
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
    /// A screen.
    Screen,
    /// A prompt.
    Terminal,
    /// A clock.
    Clock,
}

impl Glyph {
    /// The icon as the path data of strokes.
    fn strokes(self) -> &'static str {
        match self {
            Self::Mark => "M3 14V7a5 5 0 0 1 10 0v7M6 14V7.5a2 2 0 0 1 4 0V14",
            Self::Key => "M7.2 8.8 13.5 2.5M11 5l2 2M5 13a3 3 0 1 1 0-6 3 3 0 0 1 0 6Z",
            Self::Machines => "M2 3h12v7H2zM6 13h4M8 10v3",
            Self::Plug => "M6 2v3M10 2v3M4.500 5h7v3a3.500 3.500 0 0 1-7 0zM8 11.500V14",
            Self::Search => "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.700 10.700 14 14",
            Self::Refresh => "M13.500 8A5.500 5.500 0 1 1 11.800 4M12 1.500V4.500H9",
            Self::Person => {
                "M8 8a2.800 2.800 0 1 0 0-5.600A2.800 2.800 0 0 0 8 8ZM2.500 14a5.500 5.500 0 0 1 11 0"
            }
            Self::Settings => {
                "M2 4h7M13 4h1M2 8h1M7 8h7M2 12h6M12 12h2M9 4a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM3 8a2 2 0 1 0 4 0 2 2 0 0 0-4 0ZM8 12a2 2 0 1 0 4 0 2 2 0 0 0-4 0Z"
            }
            Self::Menu => "M2 4h12M2 8h12M2 12h12",
            Self::Close => "M3.500 3.500l9 9M12.500 3.500l-9 9",
            Self::Copy => "M5.500 5.500h7.500v8H5.500zM3 10.500v-8h7.500",
            Self::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.200V11M8 4.900v.3",
            Self::Success => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM5.300 8.200l2 2 3.500-4",
            Self::Warning => "M8 2.200 14.300 13.500H1.700ZM8 6.500v3.200M8 11.500v.2",
            Self::Error => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM6 6l4 4M10 6l-4 4",
            Self::Pending => "M8 12.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9Z",
            Self::Busy => "M8 2.500A5.500 5.500 0 1 1 2.500 8",
            Self::Lock => "M3.500 7h9v7h-9zM5.500 7V5a2.500 2.500 0 0 1 5 0v2",
            Self::Download => "M8 2v8M4.800 7 8 10.200 11.200 7M2.500 13.500h11",
            Self::Play => "M5 3l7.500 5L5 13z",
            Self::Chevron => "M4 6l4 4 4-4",
            Self::Screen => "M2 3h12v8H2zM5.500 14h5M8 11v3",
            Self::Terminal => "M2 3h12v10H2zM4.500 6l2 2-2 2M8.500 10h3",
            Self::Clock => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.800V8l2.300 1.600",
        }
    }
}

/// An icon. It is decoration: the words beside it say the same.
#[component]
pub fn Icon(
    /// What it shows.
    #[prop(into)]
    glyph: Signal<Glyph>,
) -> impl IntoView {
    view! {
        <svg
            class="icon"
            class:icon--busy=move || glyph.get() == Glyph::Busy
            viewBox="0 0 16 16"
            aria-hidden="true"
            focusable="false"
        >
            <path d=move || glyph.get().strokes()/>
        </svg>
    }
}
