//! What Azure does not keep.
