//! A simulator with a clock wound by hand, and calls to it.

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use simulator::{
    Clock, Settings, Simulator, World,
    world::{NewAssignment, NewPolicy, NewPort, NewSubscription, NewVm, Person},
};

/// When every test begins.
pub const NOON: &str = "2030-01-01T12:00:00Z";
pub const FACTORY: &str = "/subscriptions/11111111-1111-4111-8111-111111111111";

/// A running simulator and who calls it.
pub struct Azure {
    pub simulator: Simulator,
    pub http: reqwest::Client,
    token: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Azure {
    /// Called by Postern's own app.
    pub async fn start(world: World) -> Self {
        let clock = Clock::by_hand(NOON.parse().unwrap());
        let simulator = Simulator::start(world, Settings { clock, ..Settings::default() }).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let token = simulator.token_for_app("Postern").unwrap();
        Self { simulator, http: http.build().unwrap(), token }
    }

    pub async fn contoso() -> Self {
        Self::start(World::contoso()).await
    }

    /// Calls come from this person from now on.
    pub fn become_person(&mut self, username: &str) {
        self.token = self.simulator.token_for_person(username).unwrap();
    }

    /// Calls come from Postern's own app, whose token had run out.
    pub fn renew_token(&mut self) {
        self.token = self.simulator.token_for_app("Postern").unwrap();
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url =
            if path.starts_with('/') { format!("{}{path}", self.simulator.url()) } else { path.to_owned() };
        self.http.request(method, url).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }

    pub fn now(&self) -> Timestamp {
        self.simulator.now()
    }

    pub fn wait(&self, seconds: i64) {
        self.simulator.clock().advance(SignedDuration::from_secs(seconds));
    }
}

impl Answer {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        Self { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub fn message(&self) -> &str {
        self.body["error"]["message"].as_str().unwrap_or_default()
    }

    /// The names of the elements of a list.
    pub fn names(&self) -> Vec<&str> {
        self.body["value"]
            .as_array()
            .unwrap()
            .iter()
            .map(|element| element["name"].as_str().unwrap())
            .collect()
    }
}

/// One subscription with the machine `web-1` under policy `default` for port 22; Postern owns it.
pub fn one_machine() -> World {
    let mut world = World::empty();
    world.add_subscription(NewSubscription::named("Production")).unwrap();
    world.add_person(Person::new("Somebody", "somebody@contoso.com")).unwrap();
    world.add_vm(NewVm::linux("web-1").group("web-rg").public("203.0.113.4".parse().unwrap())).unwrap();
    let port = NewPort::number(22).from("203.0.113.0/24");
    world.add_policy(&NewPolicy { ports: vec![port], ..NewPolicy::of(&["web-1"], &[]) }).unwrap();
    for to in ["Postern", "somebody@contoso.com"] {
        let owner =
            NewAssignment { to: to.to_owned(), role: "Owner".to_owned(), on: "Production".to_owned() };
        world.assign(&owner).unwrap();
    }
    world
}

/// The id of the policy of [`one_machine`].
pub fn policy_path(azure: &Azure) -> String {
    azure.simulator.world().policies().iter().next().unwrap().id.clone()
}

pub fn vm_path(azure: &Azure, name: &str) -> String {
    azure.simulator.world().vm(name).unwrap().id.clone()
}

/// A body for `initiate`: port 22 from `source` for so many minutes.
pub fn wish(azure: &Azure, source: &str, minutes: i64) -> Value {
    let ends_at = azure.now() + SignedDuration::from_mins(minutes);
    json!({
        "virtualMachines": [{
            "id": vm_path(azure, "web-1"),
            "ports": [{ "number": 22, "endTimeUtc": ends_at.to_string(), "allowedSourceAddressPrefix": source }],
        }],
        "justification": "INC0000001",
    })
}
