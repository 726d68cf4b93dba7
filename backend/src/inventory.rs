//! All machines of all subscriptions, kept at hand.
