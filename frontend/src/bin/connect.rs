//! What most visits need: one's own access, and connecting to a machine.

fn main() {
    frontend::start_connect();
}
