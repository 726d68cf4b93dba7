//! Who is signed in.

mod person;

pub use person::PersonKey;
