//! The Defender plans of subscriptions.

use axum::Json;
use axum::extract::{Path, State};
use shared::defender::{NewDefenderPlan, SubscriptionPlan, WantedPlan};
use uuid::Uuid;

use super::extract::Body;
use crate::error::ApiError;
use crate::jit::{Caller, Jit, JitError};

/// Switches Microsoft Defender for Servers Plan 2 on for a subscription, which Azure bills for every
/// server in it. Where it is on, nothing is done.
#[utoipa::path(
    put, path = "/api/subscriptions/{subscription}/defender-plan", tag = "Just-in-time policies", operation_id = "setDefenderPlan",
    params(("subscription" = Uuid, Path)), request_body = NewDefenderPlan,
    responses(
        (status = 200, body = SubscriptionPlan, description = "As Azure has it now"),
        ApiError,
    )
)]
pub async fn replace(
    caller: Caller,
    State(jit): State<Jit>,
    Path(subscription): Path<String>,
    Body(NewDefenderPlan { plan: WantedPlan::Plan2 }): Body<NewDefenderPlan>,
) -> Result<Json<SubscriptionPlan>, ApiError> {
    let subscription = Uuid::try_parse(&subscription).map_err(|_| ApiError::Jit(JitError::NotFound))?;
    Ok(Json(jit.enable_defender(&caller, subscription).await?))
}
