//! Who is signed in.
