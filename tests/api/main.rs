//! The API, called in process.
