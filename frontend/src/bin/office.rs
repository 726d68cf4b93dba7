//! Everything beside that.

fn main() {
    frontend::start_office();
}
