//! Everything beside finding a machine and connecting to it.

fn main() {
    frontend::start_office();
}
