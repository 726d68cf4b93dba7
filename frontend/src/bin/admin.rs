//! The pages for those who set things up.

fn main() {
    frontend::start_admin();
}
