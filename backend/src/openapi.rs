//! The API document.

use shared::problem::Problem;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Postern",
        description = "Just-in-time access to Azure virtual machines. Reads never change anything; every change is a POST with a JSON body. Failures are RFC 9457 problems.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem)),
    tags(
        (name = "Session", description = "Who is signed in"),
        (name = "Virtual machines", description = "Machines the caller may see"),
        (name = "Access requests", description = "Opening ports for a while"),
    )
)]
struct Head;

/// The document without its paths; those come from [`crate::routes::api`].
pub fn head() -> OpenApi {
    Head::openapi()
}
