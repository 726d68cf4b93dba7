//! The page, as files in the binary.
