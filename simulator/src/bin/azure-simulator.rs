//! The simulated Azure as a program of its own.
fn main() {}
