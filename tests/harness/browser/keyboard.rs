//! The keyboard.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

use super::Page;

impl Page {
    /// Presses a key, as on a keyboard, wherever the focus is.
    pub async fn press(&self, key: Key) {
        let value = char::from(key);
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(keys).await.expect("a key can be pressed");
    }

    /// Presses a key while Control is held down.
    pub async fn press_with_control(&self, key: Key) {
        self.press_with(Key::Control, key).await;
    }

    /// Presses a key while Shift is held down.
    pub async fn press_with_shift(&self, key: Key) {
        self.press_with(Key::Shift, key).await;
    }

    async fn press_with(&self, held: Key, key: Key) {
        let (held, value) = (char::from(held), char::from(key));
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(keys).await.expect("keys can be pressed");
    }

    /// Types text, as on a keyboard, wherever the focus is.
    pub async fn type_text(&self, text: &str) {
        let element = self.client.active_element().await.expect("something has the focus");
        element.send_keys(text).await.expect("what has the focus takes text");
    }

    /// Role and name of what has the focus.
    pub async fn focus(&self) -> (String, String) {
        let focus =
            self.run("const e = document.activeElement; return [e.computedRole, e.computedName]").await;
        serde_json::from_value(focus).expect("Chromium computes both")
    }

    /// What is wrong with how what has the focus shows that (WCAG 2.2, 2.4.7, 2.4.11 and 1.4.11), if
    /// anything.
    pub async fn wrong_with_focus(&self) -> Option<String> {
        self.run(include_str!("focus.js")).await.as_str().map(str::to_owned)
    }

    /// Waits until something has the focus: what had it is not there any more.
    pub async fn focus_stays(&self) {
        let is_lost = "return document.activeElement === document.body";
        let stays = self.eventually(async || (self.run(is_lost).await == false).then_some(()));
        assert!(stays.await.is_some(), "nothing has the focus");
    }

    /// Waits until what has the focus says this.
    pub async fn has_focus_in(&self, text: &str) {
        let focused = "return document.activeElement.innerText ?? ''";
        let has = self.eventually(async || self.run(focused).await.as_str()?.contains(text).then_some(()));
        assert!(has.await.is_some(), "the focus is on {:?}", self.focus().await);
    }

    /// Moves the focus on with the Tab key until it is on something with this role and name.
    pub async fn tab_to(&self, role: &str, name: &str) {
        let mut passed = Vec::new();
        while passed.len() < 60 {
            self.press(Key::Tab).await;
            let focus = self.focus().await;
            if focus.0 == role && focus.1 == name {
                return;
            }
            passed.push(focus);
        }
        panic!("the Tab key does not lead to {role} “{name}”, only to {passed:?}");
    }
}
