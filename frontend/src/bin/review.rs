//! The pages that a review looks at.

fn main() {
    frontend::start_review();
}
