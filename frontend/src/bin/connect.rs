//! What a first visit downloads: to find a machine and connect to it.

fn main() {
    frontend::start_connect();
}
