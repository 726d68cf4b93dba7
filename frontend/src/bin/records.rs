//! The pages about requests.

fn main() {
    frontend::start_records();
}
