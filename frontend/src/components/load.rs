//! What is loaded, with its faces: waiting, failed, and there.

use leptos::prelude::*;

use super::failure::Failure;
use super::skeleton::Skeleton;
use crate::api::ApiError;

/// What `resource` loads: grey lines, then what `children` make of it, or why there is nothing.
/// While it is loaded anew the old stays.
#[component]
pub fn Load<T, F>(
    /// What is loaded.
    resource: LocalResource<Result<T, ApiError>>,
    /// How many grey lines stand for it.
    lines: usize,
    /// What to show of it.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> AnyView + Send + 'static,
{
    let retry = Callback::new(move |()| resource.refetch());
    move || match resource.get() {
        None => view! { <Skeleton lines/> }.into_any(),
        Some(Err(error)) => view! { <Failure error on_retry=retry/> }.into_any(),
        Some(Ok(value)) => children(value),
    }
}
