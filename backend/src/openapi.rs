//! The API document.

use shared::problem::Problem;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi as _};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Postern",
        description = "Just-in-time access to Azure virtual machines. Reads never change anything; every change is a POST with a JSON body. Failures are RFC 9457 problems.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem)),
    modifiers(&Callers),
    security(("session" = []), ("token" = [])),
    tags(
        (name = "Session", description = "Who is signed in"),
        (name = "Virtual machines", description = "Machines the caller may see"),
        (name = "Access requests", description = "Opening ports for a while"),
        (name = "Activity", description = "What was done, by Azure's log and Postern's own trail"),
        (name = "Handing over", description = "Preparing access for somebody else, who has it opened"),
    )
)]
struct Head;

/// How callers say who they are.
struct Callers;

impl Modify for Callers {
    fn modify(&self, document: &mut OpenApi) {
        let session = ApiKeyValue::with_description(
            "__Host-postern",
            "What a browser gets by signing in at `/auth/login`.",
        );
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of a person for Postern, where `sign_in.api_scope` is set."));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    }
}

/// The document without its paths; those come from [`crate::routes::api`].
pub fn head() -> OpenApi {
    Head::openapi()
}
