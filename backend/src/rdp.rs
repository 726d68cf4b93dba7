//! Files for Remote Desktop clients.
