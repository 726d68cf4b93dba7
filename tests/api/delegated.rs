//! Acting in the name of whoever asks: Azure decides by their rights, and knows them by name.

mod account;
mod rights;
mod step_up;

/// A machine that Olga may open and start, here and at Azure.
const WEB: &str = "web-1";
