//! The types and pure rules that the page and the service agree on.
