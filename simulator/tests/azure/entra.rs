//! Signing in, tokens and signing out.

mod sign_in;
mod tokens;
