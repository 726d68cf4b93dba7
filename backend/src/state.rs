//! What handlers may ask for.
