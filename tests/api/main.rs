//! The API, called in process. One module per resource, as in `backend/src/routes`.

mod access_requests;
mod audit;
mod bastion;
mod bearer;
mod delegated;
mod doctor;
mod errors;
mod explanations;
mod firewall;
mod groups;
mod handoffs;
mod health;
mod hidden;
mod history;
mod ipv6;
mod jit_policies;
mod limits;
mod matrix;
mod openapi;
mod preflight;
mod provider;
mod proxy;
mod rdp;
mod session;
mod site;
mod vms;
