//! What the page is looked at with: a small screen, a dark theme.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
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
    /// Few colours of their own choice in place of the page's.
    Forced,
}

impl Page {
    /// Looks at the page through a window of this size, in CSS pixels.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Says that the person's system is set to this scheme.
    pub async fn prefer(&self, scheme: Scheme) {
        let (colours, forced) = match scheme {
            Scheme::Light => ("light", "none"),
            Scheme::Dark => ("dark", "none"),
            Scheme::Forced => ("dark", "active"),
        };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": colours },
            { "name": "forced-colors", "value": forced },
        ] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Shows the page as it is printed on A4, until another scheme is preferred.
    pub async fn put_on_paper(&self) {
        self.resize(794, 1123).await;
        self.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
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

    /// How much of the page has moved under somebody's eyes since it was gone to, without their doing:
    /// the sum of the layout shifts (Layout Instability API), in thousandths of the window, and what
    /// moved. Less than 100 is what web.dev calls good.
    pub async fn moved(&self) -> (u64, Vec<String>) {
        let moved = self.client.execute_async(include_str!("moved.js"), Vec::new()).await;
        serde_json::from_value(moved.expect("the script runs")).expect("the script returns what moved")
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

    /// What keeps people out who see, hear or move otherwise, as far as a program can tell (axe-core,
    /// the rules of WCAG 2.2 A and AA and its best practices): rule, place and what is wrong.
    pub async fn barriers(&self) -> Vec<String> {
        // Half a megabyte, which is brought to a page once.
        if self.run("return !window.axe").await == json!(true) {
            let axe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../node_modules/axe-core/axe.min.js");
            let axe = fs::read_to_string(axe).expect("axe-core is installed; `make test` does that");
            self.run(&axe).await;
        }
        let script = "const done = arguments[arguments.length - 1];
            axe.run({ resultTypes: ['violations'] }).then(({ violations }) => done(violations.flatMap(
              ({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))), (e) => done([String(e)]))";
        let found = self.client.execute_async(script, Vec::new()).await.expect("axe-core runs in the page");
        serde_json::from_value(found).expect("the script returns texts")
    }

    /// Looks at the page as it is, wide and narrow, light and dark: nothing sticks out, everybody can
    /// read it, and nobody meets a barrier. Keeps pictures of it under this name.
    pub async fn is_fine_at_any_size(&self, name: &str) {
        let colours = [Scheme::Light, Scheme::Dark].as_slice();
        // The narrowest that must do, and that is 1280 px at four times the size (WCAG 2.2, 1.4.10).
        for (width, schemes) in [(1280, colours), (375, colours), (320, &[Scheme::Forced])] {
            self.resize(width, 900).await;
            for scheme in schemes {
                self.prefer(*scheme).await;
                let place = format!("{name}, {width} px, {scheme:?}");
                assert_eq!(self.sideways_scroll().await, 0, "{place}: {:#?}", self.sticking_out().await);
                let faint = self.faint_texts().await;
                assert!(faint.is_empty(), "{place}: {faint:#?}");
                let barriers = self.barriers().await;
                assert!(barriers.is_empty(), "{place}: {barriers:#?}");
                self.keep_picture(&format!("{name}-{width}-{scheme:?}")).await;
            }
        }
        self.prefer(Scheme::Light).await;
        self.resize(1280, 900).await;
    }

    /// Keeps what the page looks like, all of it, among the pictures of the target folder.
    pub async fn keep_picture(&self, name: &str) {
        let height = self.run("scrollTo(0, 0); return document.documentElement.scrollHeight").await;
        let width = self.run("return document.documentElement.clientWidth").await;
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let shot = self
            .devtools(
                "Page.captureScreenshot",
                json!({ "format": "png", "optimizeForSpeed": true, "captureBeyondViewport": true, "clip": clip }),
            )
            .await;
        let png = BASE64_STANDARD.decode(shot["data"].as_str().unwrap_or_default()).expect("it is base64");
        let folder = super::evidence::pictures();
        fs::create_dir_all(&folder).expect("the target folder takes folders");
        fs::write(folder.join(format!("{name}.png")), png).expect("the folder takes files");
    }

    /// Gives the browser a command of Chromium's debugging protocol.
    pub(super) async fn devtools(&self, name: &'static str, parameters: Value) -> Value {
        let command =
            Command { path: "goog/cdp/execute", body: json!({ "cmd": name, "params": parameters }) };
        self.client.issue_cmd(command).await.unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}
