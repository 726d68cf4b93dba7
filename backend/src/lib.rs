//! Postern's service.
