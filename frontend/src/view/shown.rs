//! What is on the page already, and how it becomes something else.

mod element;

use std::borrow::Cow;

use any_spawner::Executor;
use leptos::prelude::{Owner, document};
use leptos::reactive::effect::RenderEffect;
use web_sys::Node;

use super::View;
use crate::browser;
use element::ShownElement;

/// A piece of the page as it is shown. It follows its signals for as long as it is kept.
pub(super) enum Shown {
    Text {
        node: Node,
        text: Cow<'static, str>,
    },
    Element(ShownElement),
    /// The node at the end, empty text, says where they are when there are none.
    Several {
        items: Vec<Shown>,
        end: Node,
    },
    Live(Following),
}

/// What is shown for as long as its signals say so.
pub(super) struct Following(RenderEffect<Shown>);

impl Drop for Following {
    /// An effect keeps its value until it is woken once more; by then what is in there would have
    /// been woken too, and found its signals gone.
    fn drop(&mut self) {
        drop(self.0.take_value());
    }
}

/// Shows a view at the end of the page's body, for good.
pub fn mount(view: impl FnOnce() -> View) {
    // Fails only if there is an executor already.
    drop(Executor::init_wasm_bindgen());
    let owner = Owner::new();
    let shown = owner.with(|| Shown::new(view()));
    if let Some(body) = document().body() {
        shown.place(&body, None);
    }
    std::mem::forget((owner, shown));
}

impl Shown {
    pub(super) fn new(view: View) -> Self {
        match view {
            View::Text(text) => Self::Text { node: text_node(&text), text },
            View::Element(element) => Self::Element(ShownElement::new(element)),
            View::Several(views) => {
                Self::Several { items: views.into_iter().map(Self::new).collect(), end: text_node("") }
            }
            View::Live(say) => {
                Self::Live(Following(RenderEffect::new(move |before: Option<Self>| match before {
                    Some(shown) => shown.changed_into(say()),
                    None => Self::new(say()),
                })))
            }
        }
    }

    /// Changes what is on the page into `view`. What is of the same kind stays; a closure begins
    /// anew.
    pub(super) fn changed_into(self, view: View) -> Self {
        match (self, view) {
            (Self::Text { node, text: before }, View::Text(text)) => {
                if before != text {
                    node.set_node_value(Some(&text));
                }
                Self::Text { node, text }
            }
            (Self::Element(shown), View::Element(element)) if shown.is_like(&element) => {
                Self::Element(shown.changed_into(element))
            }
            (Self::Several { items, end }, View::Several(views)) => match end.parent_node() {
                Some(parent) => {
                    Self::Several { items: all_changed_into(items, views, &parent, Some(&end)), end }
                }
                None => Self::new(View::Several(views)),
            },
            (shown, view) => {
                let new = Self::new(view);
                let first = shown.first();
                if let Some(parent) = first.parent_node() {
                    new.place(&parent, Some(&first));
                }
                shown.remove();
                new
            }
        }
    }

    /// Puts it into `parent`, before `next` or at the end.
    pub(super) fn place(&self, parent: &Node, next: Option<&Node>) {
        match self {
            Self::Text { node, .. } => insert(parent, node, next),
            Self::Element(element) => insert(parent, element.node(), next),
            Self::Several { items, end } => {
                for item in items {
                    item.place(parent, next);
                }
                insert(parent, end, next);
            }
            Self::Live(following) => _ = following.0.with_value_mut(|shown| shown.place(parent, next)),
        }
    }

    fn remove(&self) {
        match self {
            Self::Text { node, .. } => detach(node),
            Self::Element(element) => detach(element.node()),
            Self::Several { items, end } => {
                items.iter().for_each(Self::remove);
                detach(end);
            }
            Self::Live(following) => _ = following.0.with_value_mut(|shown| shown.remove()),
        }
    }

    fn first(&self) -> Node {
        match self {
            Self::Text { node, .. } => node.clone(),
            Self::Element(element) => element.node().clone(),
            Self::Several { items, end } => items.first().map_or_else(|| end.clone(), Self::first),
            Self::Live(following) => {
                following.0.with_value_mut(|shown| shown.first()).unwrap_or_else(|| text_node(""))
            }
        }
    }

    fn last(&self) -> Node {
        match self {
            Self::Text { node, .. } | Self::Several { end: node, .. } => node.clone(),
            Self::Element(element) => element.node().clone(),
            Self::Live(following) => {
                following.0.with_value_mut(|shown| shown.last()).unwrap_or_else(|| text_node(""))
            }
        }
    }

    fn key(&self) -> Option<&str> {
        if let Self::Element(element) = self { element.key() } else { None }
    }
}

/// Changes siblings into `views`: those with a key by their key, the others by their place.
pub(super) fn all_changed_into(
    items: Vec<Shown>,
    views: Vec<View>,
    parent: &Node,
    end: Option<&Node>,
) -> Vec<Shown> {
    let mut items: Vec<Option<Shown>> = items.into_iter().map(Some).collect();
    let mut all: Vec<Shown> = Vec::with_capacity(views.len());
    for (index, view) in views.into_iter().enumerate() {
        let key = if let View::Element(element) = &view { element.0.key.as_deref() } else { None };
        let known = match key {
            Some(_) => items.iter_mut().find(|item| item.as_ref().is_some_and(|item| item.key() == key)),
            None => {
                items.get_mut(index).filter(|item| item.as_ref().is_some_and(|item| item.key().is_none()))
            }
        };
        all.push(match known.and_then(Option::take) {
            Some(item) => item.changed_into(view),
            None => Shown::new(view),
        });
    }
    items.iter().flatten().for_each(Shown::remove);
    let mut next = end.cloned();
    for item in all.iter().rev() {
        let last = item.last();
        if last.parent_node().as_ref() != Some(parent) || last.next_sibling() != next {
            item.place(parent, next.as_ref());
        }
        next = Some(item.first());
    }
    all
}

fn text_node(text: &str) -> Node {
    document().create_text_node(text).into()
}

fn insert(parent: &Node, node: &Node, next: Option<&Node>) {
    // Fails only if `next` is not in `parent`, where it has just been found.
    drop(parent.insert_before(node, next));
}

fn detach(node: &Node) {
    let Some(parent) = node.parent_node() else { return };
    let has_focus = document().active_element().is_some_and(|active| node.contains(Some(&active)));
    drop(parent.remove_child(node));
    if has_focus {
        browser::rest_focus(&parent);
    }
}
