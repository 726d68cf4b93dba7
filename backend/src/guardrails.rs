//! What no request gets past.
