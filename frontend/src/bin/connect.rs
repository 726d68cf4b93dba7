//! The Connect page, which links in tickets lead to.

fn main() {
    frontend::start_connect();
}
