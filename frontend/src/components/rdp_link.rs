//! The way to a file for Remote Desktop.

use super::button::Look;
use super::icon::{Glyph, icon};
use crate::view::{Element, el};

/// The link to the file that opens Remote Desktop.
pub fn rdp_link(look: Look, url: String) -> Element {
    el("a")
        .class(look.class())
        .attr("rel", "external")
        .attr("download", "")
        .attr("href", url)
        .child(icon(Glyph::Download))
        .child("Download RDP file")
}
