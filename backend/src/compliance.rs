//! Which machines ought to have just-in-time access and do not: what Azure Policy makes of them,
//! and what Postern sees.

mod owner;

pub use owner::OwnerTag;
