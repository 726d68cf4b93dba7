//! Finding things as people do: by what they are and what they are called.

use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::CmdError;
use serde_json::{Value, json};

use super::{Page, is_in_passing};

/// Something on the page with this role and this accessible name, both as Chromium computes them
/// for assistive technology. A `*` in the name stands for any text.
#[derive(Debug, Clone)]
pub struct Find<'page> {
    page: &'page Page,
    role: &'static str,
    name: String,
    inside: (&'static str, String),
}

impl Page {
    /// A button, by its name.
    pub fn button(&self, name: &str) -> Find<'_> {
        self.find("button", name)
    }

    /// A link, by its name.
    pub fn link(&self, name: &str) -> Find<'_> {
        self.find("link", name)
    }

    /// A heading, by its text.
    pub fn heading(&self, name: &str) -> Find<'_> {
        self.find("heading", name)
    }

    /// A text field, by its label.
    pub fn field(&self, label: &str) -> Find<'_> {
        self.find("textbox", label)
    }

    /// Anything else, by its ARIA role and name.
    pub fn find(&self, role: &'static str, name: &str) -> Find<'_> {
        Find { page: self, role, name: name.to_owned(), inside: ("", String::new()) }
    }
}

impl Find<'_> {
    /// Only one that is inside something with this role and name.
    #[must_use]
    pub fn inside(self, role: &'static str, name: &str) -> Self {
        Self { inside: (role, name.to_owned()), ..self }
    }

    /// Waits until it is there.
    pub async fn appears(&self) {
        self.element().await;
    }

    /// Waits until it is not there any more.
    pub async fn goes_away(&self) {
        let gone = self.page.eventually(async || self.look().await.is_none().then_some(())).await;
        assert!(gone.is_some(), "{self} is still there");
    }

    /// Whether it is there at this moment.
    pub async fn is_there(&self) -> bool {
        self.look().await.is_some()
    }

    /// Clicks it, once it is there and nothing covers it.
    pub async fn click(&self) {
        self.act(async |element| {
            // chromedriver takes what is beneath the bar at the top for something to click at.
            let place = serde_json::to_value(&element)?;
            let script = "arguments[0].scrollIntoView({ block: 'nearest' })";
            self.page.client.execute(script, vec![place]).await?;
            element.click().await
        })
        .await;
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, text: &str) {
        self.act(async |element| {
            element.clear().await?;
            element.send_keys(text).await
        })
        .await;
    }

    /// Picks the option with this label.
    pub async fn choose(&self, label: &str) {
        self.act(async |element| element.select_by_label(label).await).await;
    }

    /// What is typed into it.
    pub async fn value(&self) -> String {
        self.act(async |element| element.prop("value").await).await.unwrap_or_default()
    }

    /// Whether it is the one that is chosen.
    pub async fn is_checked(&self) -> bool {
        self.act(async |element| element.is_selected().await).await
    }

    /// The text in it, as it is seen.
    pub async fn text(&self) -> String {
        self.act(async |element| element.text().await).await
    }

    /// The value of one of its attributes.
    pub async fn attribute(&self, name: &str) -> Option<String> {
        self.act(async |element| element.attr(name).await).await
    }

    /// Waits until it can be used, or cannot.
    pub async fn becomes(&self, usable: Usable) {
        let wanted = usable == Usable::Yes;
        let reached = self.page.eventually(async || {
            let element = self.look().await?;
            // A button that is only said to be disabled stays in the order of the keyboard.
            let said = element.attr("aria-disabled").await.ok()?.is_some_and(|value| value == "true");
            let enabled = element.is_enabled().await.ok()? && !said;
            (enabled == wanted).then_some(())
        });
        assert!(reached.await.is_some(), "{self} does not become {usable:?} to use");
    }

    /// Waits until what describes it, such as an error beneath a field, says this.
    pub async fn is_described_as(&self, text: &str) {
        let reached = self.page.eventually(async || self.description().await?.contains(text).then_some(()));
        let Some(()) = reached.await else {
            panic!("{self} is described as {:?}, not as “{text}”", self.description().await);
        };
    }

    async fn description(&self) -> Option<String> {
        let element = serde_json::to_value(self.look().await?).ok()?;
        let script = "return ['aria-describedby', 'aria-errormessage']
            .flatMap((name) => (arguments[0].getAttribute(name) ?? '').split(' '))
            .map((id) => document.getElementById(id)?.innerText ?? '').join(' ')";
        let described = self.page.client.execute(script, vec![element]).await.ok()?;
        described.as_str().map(str::to_owned)
    }

    /// Does something with it, again if the page changes just then.
    async fn act<T>(&self, mut act: impl AsyncFnMut(Element) -> Result<T, CmdError>) -> T {
        let mut last = None;
        let done = self.page.eventually(async || match act(self.look().await?).await {
            Ok(done) => Some(done),
            Err(error) if is_in_passing(&error) => {
                last = Some(error);
                None
            }
            Err(error) => panic!("{self}: {error}"),
        });
        match (done.await, last) {
            (Some(done), _) => done,
            (None, Some(error)) => panic!("{self}: {error}"),
            (None, None) => panic!("there is no {self}. There is:\n{}", self.alternatives().await),
        }
    }

    async fn element(&self) -> Element {
        self.act(async |element| Ok(element)).await
    }

    /// The element, if it is there now. Two of them are a mistake of the test or of the page.
    async fn look(&self) -> Option<Element> {
        let (outer, outer_name) = &self.inside;
        let arguments = [self.role, &self.name, outer, outer_name].map(|text| json!(text)).into();
        let found = match self.page.client.execute(include_str!("find.js"), arguments).await {
            Ok(Value::Array(found)) => found,
            Ok(other) => panic!("a script answered {other}"),
            Err(error) if is_in_passing(&error) => return None,
            Err(error) => panic!("a script failed: {error}"),
        };
        assert!(found.len() < 2, "there are {} of {self}", found.len());
        let reference = found.first()?.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.page.client.clone(), ElementRef::from(reference)))
    }

    async fn alternatives(&self) -> String {
        self.page.run(include_str!("inventory.js")).await.as_str().unwrap_or("    nothing").to_owned()
    }
}

/// Whether something can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usable {
    /// It takes clicks and keys.
    Yes,
    /// It is disabled.
    No,
}

impl std::fmt::Display for Find<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} “{}”", self.role, self.name)
    }
}
