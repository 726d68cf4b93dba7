//! `postern` as a process, to which things happen: it is killed, or its disk is full.

#![expect(clippy::unwrap_used, reason = "these are tests, though it is a macro that makes them so")]

mod chance;
mod changes;
mod disk;
mod handoffs;
mod killed;
mod replicas;
mod splits;
mod truth;

/// The program, built from the same sources as `postern`.
const PROGRAM: &str = env!("CARGO_BIN_EXE_postern-for-tests");
