//! What it means that the provider gave no token.

use crate::azure::credential::{ClaimsRequest, SignInAgain};
use crate::session::oidc::GrantError;
use crate::store::StoreError;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// The person has to do something about it.
    #[error(transparent)]
    SignInAgain(#[from] SignInAgain),
    /// The provider could not be asked, or refused us.
    #[error(transparent)]
    Provider(#[from] GrantError),
    /// The session could not be read, or not be ended.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a refusal of the provider means.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The person is not who they were: all their sessions end.
    AccountLost,
    /// The person has to sign in again.
    StepUp(ClaimsRequest),
    /// It is about us, or about nothing in particular.
    OfPostern,
}

/// The codes of Microsoft Entra ID for accounts that are disabled (50057), deleted (50034) or were
/// taken back what they had given out (50173), as by a new password.
const ACCOUNT_LOST: [u32; 3] = [50057, 50034, 50173];

impl Refusal {
    /// Reads an error of the token endpoint.
    pub fn of(error: &GrantError) -> Self {
        let GrantError::Refused { error, codes, claims } = error else { return Self::OfPostern };
        if codes.iter().any(|code| ACCOUNT_LOST.contains(code)) {
            return Self::AccountLost;
        }
        match error.as_str() {
            "invalid_grant" | "interaction_required" | "login_required" | "consent_required" => {
                Self::StepUp(claims.as_deref().and_then(ClaimsRequest::of_json).unwrap_or_default())
            }
            _ => Self::OfPostern,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(error: &str, code: u32, claims: Option<&str>) -> Refusal {
        let claims = claims.map(str::to_owned);
        Refusal::of(&GrantError::Refused { error: error.to_owned(), codes: vec![code], claims })
    }

    #[test]
    fn who_lost_their_account_is_let_go() {
        for code in [50057, 50034, 50173] {
            assert_eq!(refusal("invalid_grant", code, None), Refusal::AccountLost, "{code}");
        }
    }

    #[test]
    fn what_a_sign_in_can_mend_asks_for_one() {
        let asked = r#"{"access_token":{"acrs":{"value":"p1"}}}"#;
        let claims = ClaimsRequest::of_json(asked).unwrap();
        assert_eq!(refusal("interaction_required", 50076, Some(asked)), Refusal::StepUp(claims));
        for (error, code) in
            [("invalid_grant", 700_082), ("invalid_grant", 50079), ("consent_required", 65001)]
        {
            assert_eq!(refusal(error, code, None), Refusal::StepUp(ClaimsRequest::default()), "{code}");
        }
    }

    #[test]
    fn what_is_wrong_with_us_asks_nothing_of_the_person() {
        for (error, code) in [("invalid_client", 7_000_222), ("temporarily_unavailable", 90033)] {
            assert_eq!(refusal(error, code, None), Refusal::OfPostern, "{error}");
        }
    }
}
