//! Visits of people who are signed in.

use shared::access::{AccessRequest, CreatedAccess, Status};

use super::{Events, TestApp, Visitor};
use crate::browser::{self, Page};

impl TestApp {
    /// Opens `path` in a new browser, signs in somebody on the way, and has a look.
    pub async fn visit_as<V>(&self, name: &str, path: &str, visit: V)
    where
        V: AsyncFnOnce(&Page),
    {
        let page = self.visitor().get("/connect/index.html").await;
        assert!(page.text().contains(".wasm"), "the site is not built; `make site` does that");
        let test = browser::name_of::<V>();
        browser::visit_named(&test, self.site(), async |page| {
            enter(page, name, path).await;
            visit(page).await;
        })
        .await;
    }

    /// Lets somebody else have what they wish for, and waits until it is open.
    pub async fn opened_by(&self, name: &str, wish: &serde_json::Value) {
        let somebody = self.sign_in(name).await;
        self.open_for(&somebody, wish).await;
    }

    /// Lets somebody else have what they wish for, though that may end what others have open.
    pub async fn taken_by(&self, name: &str, wish: &serde_json::Value) -> (AccessRequest, Events) {
        let somebody = self.sign_in(name).await;
        let mut wish = wish.clone();
        let warned = somebody.post("/api/access-requests", &wish).await.problem();
        wish["replaces"] = serde_json::json!(warned.replaces);
        self.open_for(&somebody, &wish).await
    }

    /// Lets somebody have what they wish for, and waits until it is open.
    pub async fn open_for(&self, somebody: &Visitor, wish: &serde_json::Value) -> (AccessRequest, Events) {
        let created: CreatedAccess = somebody.post("/api/access-requests", wish).await.json();
        let mut events = somebody.follow(created.items[0].id).await;
        let request = self.hurry(&mut events, |status| matches!(status, Status::Open { .. })).await;
        (request, events)
    }

    /// The same for an hour of Remote Desktop from home on web-1.
    pub async fn web_for(&self, somebody: &Visitor) -> (AccessRequest, Events) {
        self.open_for(somebody, &self.wish("web-1", 3389)).await
    }

    /// Where the page of a machine is.
    pub fn connect_path(&self, vm: &str) -> String {
        let vm = self.vm(vm);
        format!("/vms/{}/{}/{}/connect", vm.subscription(), vm.resource_group(), vm.name())
    }
}

/// Signs in somebody who wanted to see `path`, and goes there.
pub async fn enter(page: &Page, name: &str, path: &str) {
    page.goto(path).await;
    page.link("Sign in").click().await;
    page.button(&format!("*{name}@contoso.com*")).click().await;
    page.arrives_at(path).await;
}
