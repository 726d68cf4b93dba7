//! The authorization endpoint in a browser.

use std::collections::HashMap;

use reqwest::{StatusCode, header};
use simulator::World;

use super::super::client::Azure;

pub const CALLBACK: &str = "http://localhost:8080/auth/callback";

/// A browser that keeps Entra's cookie.
pub struct Browser<'azure> {
    azure: &'azure Azure,
    cookie: Option<String>,
}

impl<'azure> Browser<'azure> {
    pub fn new(azure: &'azure Azure) -> Self {
        Self { azure, cookie: None }
    }

    pub fn parameters(more: &[(&str, &str)]) -> HashMap<String, String> {
        let mut parameters: HashMap<String, String> = [
            ("client_id", World::CLIENT_ID),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", "openid profile offline_access https://management.azure.com/user_impersonation"),
            ("state", "the-state"),
            ("nonce", "the-nonce"),
            // Of the verifier in `tokens`.
            ("code_challenge", "_RpfHqw8pAZIomzVUE7sjRmHSM543WVdC4o-Kc4_3C0"),
            ("code_challenge_method", "S256"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        for (name, value) in more {
            parameters.insert((*name).to_owned(), (*value).to_owned());
        }
        parameters
    }

    fn url(&self) -> String {
        format!("{}/{}/oauth2/v2.0/authorize", self.azure.simulator.url(), World::TENANT_ID)
    }

    /// Opens the authorization page.
    pub async fn open(&self, parameters: &HashMap<String, String>) -> (StatusCode, String) {
        let mut request = self.azure.http.get(self.url()).query(parameters);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        shown(request.send().await.unwrap()).await
    }

    /// Presses somebody's button; gives what the redirect carries.
    pub async fn pick(
        &mut self,
        account: &str,
        parameters: &HashMap<String, String>,
    ) -> HashMap<String, String> {
        let mut form = parameters.clone();
        form.insert("account".to_owned(), account.to_owned());
        let response = self.azure.http.post(self.url()).form(&form).send().await.unwrap();
        let cookie =
            response.headers().get(header::SET_COOKIE).map(|value| value.to_str().unwrap().to_owned());
        self.cookie = cookie.and_then(|cookie| cookie.split(';').next().map(str::to_owned));
        carried(&shown(response).await.1)
    }

    pub async fn sign_out(&self) -> (StatusCode, String) {
        let url = format!("{}/{}/oauth2/v2.0/logout", self.azure.simulator.url(), World::TENANT_ID);
        let request =
            self.azure.http.get(url).query(&[("post_logout_redirect_uri", "http://localhost:8080/")]);
        shown(request.header(header::COOKIE, self.cookie.clone().unwrap()).send().await.unwrap()).await
    }
}

/// The page, or where it leads.
async fn shown(response: reqwest::Response) -> (StatusCode, String) {
    let status = response.status();
    match response.headers().get(header::LOCATION) {
        Some(location) => (status, location.to_str().unwrap().to_owned()),
        None => (status, response.text().await.unwrap()),
    }
}

pub fn carried(location: &str) -> HashMap<String, String> {
    let (_, query) = location.split_once('?').unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

#[tokio::test]
async fn the_picker_lists_everybody_and_leads_back_with_a_code() {
    let azure = Azure::contoso().await;
    let mut browser = Browser::new(&azure);
    let parameters = Browser::parameters(&[]);

    let (status, page) = browser.open(&parameters).await;
    assert_eq!(status, 200);
    for person in ["operator@contoso.com", "helpdesk@contoso.com", "Sees who had access, when and why"] {
        assert!(page.contains(person), "{person} is missing");
    }
    let back = browser.pick("operator@contoso.com", &parameters).await;
    assert_eq!(back["state"], "the-state");
    assert!(!back["code"].is_empty());
}

#[tokio::test]
async fn text_from_the_request_does_not_become_html() {
    let azure = Azure::contoso().await;
    let (_, page) = Browser::new(&azure).open(&Browser::parameters(&[("state", "\"><script>")])).await;
    assert!(!page.contains("<script>"));
}

#[tokio::test]
async fn a_second_sign_in_is_silent_until_one_signs_out() {
    let azure = Azure::contoso().await;
    let mut browser = Browser::new(&azure);
    let silent = Browser::parameters(&[("prompt", "none")]);

    let (_, location) = browser.open(&silent).await;
    assert_eq!(carried(&location)["error"], "login_required");
    assert!(carried(&location)["error_description"].starts_with("AADSTS50058: "));
    browser.pick("operator@contoso.com", &Browser::parameters(&[])).await;
    let (_, location) = browser.open(&silent).await;
    assert!(carried(&location).contains_key("code"));
    let (status, page) = browser.open(&Browser::parameters(&[("prompt", "select_account")])).await;
    assert!(status == 200 && page.contains("Signed in"));

    let (status, location) = browser.sign_out().await;
    assert_eq!((status.as_u16(), location.as_str()), (302, "http://localhost:8080/"));
    let (_, location) = browser.open(&silent).await;
    assert_eq!(carried(&location)["error"], "login_required");
}

#[tokio::test]
async fn what_cannot_be_told_to_the_app_is_told_on_a_page() {
    let azure = Azure::contoso().await;
    let browser = Browser::new(&azure);
    for (name, value, code) in [
        ("client_id", "99999999-9999-4999-8999-999999999999", "AADSTS700016"),
        ("redirect_uri", "https://evil.example/auth/callback", "AADSTS50011"),
        ("redirect_uri", "http://localhost:8080/elsewhere", "AADSTS50011"),
    ] {
        let (status, page) = browser.open(&Browser::parameters(&[(name, value)])).await;
        assert_eq!(status, 400);
        assert!(page.contains(code), "{page}");
    }
}

#[tokio::test]
async fn what_the_app_got_wrong_goes_back_to_it() {
    let azure = Azure::contoso().await;
    let browser = Browser::new(&azure);
    for (name, value, code) in [
        ("response_type", "token", "AADSTS70005: "),
        ("scope", "openid https://unknown.example/.default", "AADSTS500011: "),
        ("scope", "openid nonsense", "AADSTS70011: "),
        ("scope", "https://management.azure.com/whatever", "AADSTS70011: "),
        ("scope", &format!("api://{}/never-exposed", World::CLIENT_ID), "AADSTS70011: "),
        ("scope", "openid https://graph.microsoft.com/Mail.Read", "AADSTS65001: "),
        ("scope", "Mail.Read", "AADSTS65001: "),
        ("claims", "garbage", "AADSTS90023: "),
        ("claims", "[1,2]", "AADSTS90023: "),
        ("claims", r#"{"access_token":{"acrs":5}}"#, "AADSTS90023: "),
        ("code_challenge", "short", "AADSTS501491: "),
    ] {
        let (status, location) = browser.open(&Browser::parameters(&[(name, value)])).await;
        assert_eq!(status, 302);
        let carried = carried(&location);
        assert!(carried["error_description"].starts_with(code), "{carried:?}");
        assert_eq!(carried["error"] == "consent_required", code == "AADSTS65001: ");
        assert_eq!(carried["state"], "the-state");
    }
}

#[tokio::test]
async fn an_app_may_be_for_those_with_a_role_only() {
    let azure = Azure::contoso().await;
    azure.simulator.world().app_mut("Postern").unwrap().assignment_required = true;
    let parameters = Browser::parameters(&[]);
    let back = Browser::new(&azure).pick("visitor@contoso.com", &parameters).await;
    assert!(back["error_description"].starts_with("AADSTS50105: "));
    assert!(Browser::new(&azure).pick("operator@contoso.com", &parameters).await.contains_key("code"));
}
