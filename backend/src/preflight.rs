//! What the network rules say about a port and a source.
