//! Requests for access: from the wish to the open port.
