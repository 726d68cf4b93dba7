//! The URL map.
