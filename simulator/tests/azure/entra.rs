//! Signing in, tokens and signing out.

mod assertions;
mod sign_in;
mod tokens;
