//! Calls of Azure, counted.

use std::fmt;

use http::{Method, StatusCode};
use jiff::SignedDuration;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// The bounds of what a call took, in seconds; it is given up after half a minute.
const BOUNDS: [f64; 8] = [0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 20.0, 30.0];

fn lengths() -> Histogram {
    Histogram::new(BOUNDS)
}

/// How often Azure was called, and what came of it.
#[derive(Clone)]
pub struct Calls {
    calls: Family<Called, Counter>,
    lengths: Family<Service, Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Called {
    service: String,
    method: &'static str,
    /// Azure's, or `none` where it did not answer.
    status: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Service {
    service: String,
}

impl Default for Calls {
    fn default() -> Self {
        Self { calls: Family::default(), lengths: Family::new_with_constructor(lengths) }
    }
}

impl fmt::Debug for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calls").finish_non_exhaustive()
    }
}

impl Calls {
    /// Has them told among the figures.
    pub fn register(&self, to: &mut Registry) {
        to.register(
            "azure_calls",
            "Calls of Azure Resource Manager, each attempt by itself",
            self.calls.clone(),
        );
        to.register_with_unit(
            "azure_call",
            "How long Azure took to answer, or not to",
            Unit::Seconds,
            self.lengths.clone(),
        );
    }

    /// Counts a call to `path`, which `length` went by over.
    pub(super) fn count(
        &self,
        method: &Method,
        path: &str,
        status: Option<StatusCode>,
        length: SignedDuration,
    ) {
        let service = service(path);
        let method = match *method {
            Method::GET => "GET",
            Method::PUT => "PUT",
            Method::DELETE => "DELETE",
            Method::PATCH => "PATCH",
            _ => "POST",
        };
        let status = status.map_or_else(|| "none".to_owned(), |status| status.as_u16().to_string());
        let of = Service { service: service.clone() };
        self.lengths.get_or_create(&of).observe(length.as_secs_f64());
        self.calls.get_or_create(&Called { service, method, status }).inc();
    }
}

/// The resource provider that a path leads to. Paths are put together by us or, where a page or a long
/// operation goes on, by Azure, so there are few.
fn service(path: &str) -> String {
    let segments: Vec<&str> = path.split('/').collect();
    let mut pairs = segments.windows(2).rev();
    let provider = pairs.find(|pair| pair[0].eq_ignore_ascii_case("providers"));
    provider.map_or_else(|| "microsoft.resources".to_owned(), |pair| pair[1].to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_provider_counts() {
        for (path, expected) in [
            ("/subscriptions/1/providers/Microsoft.Compute/virtualMachines", "microsoft.compute"),
            ("/providers/Microsoft.ResourceGraph/resources", "microsoft.resourcegraph"),
            (
                "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web-1/providers/Microsoft.Security/assessments/x",
                "microsoft.security",
            ),
            ("/subscriptions", "microsoft.resources"),
            ("/subscriptions/1/resourceGroups", "microsoft.resources"),
        ] {
            assert_eq!(service(path), expected, "{path}");
        }
    }
}
