//! What went wrong, and what the client is told of it.
