//! Azure, as far as Postern needs it.
