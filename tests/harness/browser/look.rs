//! What the page is looked at with: a small screen, a dark theme.

use serde_json::{Value, json};

use super::Page;
use super::driver::Command;

/// A colour scheme that somebody has set their system to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark text on light ground.
    Light,
    /// Light text on dark ground.
    Dark,
}

impl Page {
    /// Looks at the page through a window of this size, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Says that the person's system is set to this scheme.
    pub async fn prefer(&self, scheme: Scheme) {
        let value = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// How far the page can be scrolled sideways, in CSS pixels.
    pub async fn sideways_scroll(&self) -> i64 {
        let width =
            self.run("const r = document.documentElement; return r.scrollWidth - r.clientWidth").await;
        width.as_i64().expect("widths are numbers")
    }

    /// What stands out of the window at the right, the first line of each.
    pub async fn sticking_out(&self) -> Vec<String> {
        let out = self
            .run(
                "const width = document.documentElement.clientWidth;
                 return [...document.querySelectorAll('body *')]
                   .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > width + 1)
                   .map((e) => `${e.localName}.${e.className}: ${(e.innerText ?? '').split('\\n')[0]}`)",
            )
            .await;
        serde_json::from_value(out).expect("the script returns texts")
    }

    /// How light the page's ground is, from 0 for black to 255 for white.
    pub async fn lightness(&self) -> u64 {
        let lightness = self
            .run(
                "const grounds = [document.body, document.documentElement].map((e) => getComputedStyle(e).backgroundColor);
                 const ground = grounds.find((c) => !/, 0\\)$/.test(c)) ?? 'rgb(255, 255, 255)';
                 const canvas = new OffscreenCanvas(1, 1).getContext('2d');
                 canvas.fillStyle = ground;
                 canvas.fillRect(0, 0, 1, 1);
                 const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
                 return Math.round((r + g + b) / 3)",
            )
            .await;
        lightness.as_u64().expect("a colour has a lightness")
    }

    /// The texts that stand out too little from their ground to be read (WCAG 2.2, 1.4.3), each
    /// with the contrast it has.
    pub async fn faint_texts(&self) -> Vec<String> {
        let faint = self.run(include_str!("contrast.js")).await;
        serde_json::from_value(faint).expect("the script returns texts")
    }

    /// Gives the browser a command of Chromium's debugging protocol.
    async fn devtools(&self, name: &'static str, parameters: Value) {
        let command =
            Command { path: "goog/cdp/execute", body: json!({ "cmd": name, "params": parameters }) };
        self.client.issue_cmd(command).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}
