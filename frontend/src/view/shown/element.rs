//! An element on the page.

use leptos::prelude::document;
use leptos::reactive::effect::RenderEffect;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, Node};

use super::{Shown, all_changed_into};
use crate::view::element::{Made, Part, Set};
use crate::view::{Element, Value};

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element on the page, and what keeps it as it should be.
pub struct ShownElement {
    node: web_sys::Element,
    name: &'static str,
    key: Option<String>,
    /// The names of its parts, in order: what is made in one place always has the same.
    parts: Vec<&'static str>,
    kept: Vec<Kept>,
    children: Vec<Shown>,
}

/// What has to be undone before a part can be another.
enum Kept {
    Effect { _follows: RenderEffect<()> },
    Listener(&'static str, JsValue),
}

impl ShownElement {
    pub(super) fn new(element: Element) -> Self {
        let Made { name, key, parts, children } = *element.0;
        let node = match name {
            "svg" | "path" => document().create_element_ns(Some(SVG), name),
            _ => document().create_element(name),
        };
        let node = node.expect("the names of elements are our own");
        let children: Vec<Shown> = children.into_iter().map(Shown::new).collect();
        for child in &children {
            child.place(&node, None);
        }
        let names = parts.iter().map(Part::name).collect();
        let kept = applied(&node, parts);
        Self { node, name, key, parts: names, kept, children }
    }

    pub(super) fn node(&self) -> &Node {
        &self.node
    }

    pub(super) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Whether it can be changed into `element`.
    pub(super) fn is_like(&self, element: &Element) -> bool {
        let made = &element.0;
        self.name == made.name && self.parts.iter().copied().eq(made.parts.iter().map(Part::name))
    }

    pub(super) fn changed_into(self, element: Element) -> Self {
        let Self { node, name, parts: names, kept, children, .. } = self;
        let Made { key, parts, children: views, .. } = *element.0;
        for kept in kept {
            if let Kept::Listener(event, listener) = kept {
                // Fails only for what is no function.
                drop(node.remove_event_listener_with_callback(event, listener.unchecked_ref()));
            }
        }
        let children = all_changed_into(children, views, &node, None);
        let kept = applied(&node, parts);
        Self { node, name, key, parts: names, kept, children }
    }
}

/// Gives the element its parts. After its children, for what a list shows as chosen is one of them.
fn applied(node: &web_sys::Element, parts: Vec<Part>) -> Vec<Kept> {
    let mut kept = Vec::new();
    for part in parts {
        match part {
            Part::Listener(event, listener) => {
                let listener = Closure::<dyn FnMut(Event)>::wrap(listener).into_js_value();
                drop(node.add_event_listener_with_callback(event, listener.unchecked_ref()));
                kept.push(Kept::Listener(event, listener));
            }
            Part::Value(to, name, Value::Live(say)) => {
                let node = node.clone();
                let follow = move |_: Option<()>| set(&node, to, name, &say());
                kept.push(Kept::Effect { _follows: RenderEffect::new(follow) });
            }
            Part::Value(to, name, value) => set(node, to, name, &value),
        }
    }
    kept
}

fn set(node: &web_sys::Element, to: Set, name: &str, value: &Value) {
    match to {
        Set::Attribute => set_attribute(node, name, value),
        Set::Property => set_property(node, name, value),
    }
}

fn set_attribute(node: &web_sys::Element, name: &str, value: &Value) {
    let text = match value {
        Value::Flag(true) => "true",
        Value::Flag(false) => "false",
        Value::Text(text) => text,
        Value::Gone | Value::Live(_) => {
            // Neither this nor setting one fails: the names are our own.
            return drop(node.remove_attribute(name));
        }
    };
    // What stays the same is not touched: it may be what a screen reader listens to.
    if node.get_attribute(name).as_deref() != Some(text) {
        drop(node.set_attribute(name, text));
    }
}

fn set_property(node: &web_sys::Element, name: &str, value: &Value) {
    let value = match value {
        Value::Flag(flag) => JsValue::from_bool(*flag),
        Value::Text(text) => JsValue::from_str(text),
        Value::Gone | Value::Live(_) => JsValue::UNDEFINED,
    };
    drop(js_sys::Reflect::set(node, &name.into(), &value));
}
