//! A make-believe Azure over HTTP.
