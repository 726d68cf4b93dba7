//! Real clients, let in and shut out.

mod recipes;
