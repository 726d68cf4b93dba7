//! Azure, as far as Postern needs it.

pub mod security;
