//! A link as a picture that a telephone reads.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// How much white the picture has around it, in modules, as the standard wants it.
const MARGIN: i32 = 4;

/// The text as a QR code: an SVG picture, of which nothing but the size of the text and its black
/// modules is anybody's choice.
pub fn svg(text: &str) -> String {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).expect("a link is short");
    let side = code.size() + 2 * MARGIN;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let length = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            if length > 0 {
                write!(path, "M{} {}h{length}v1h-{length}z", x + MARGIN, y + MARGIN)
                    .expect("a String takes every character");
            }
            x += i32::try_from(length).expect("a row is short") + 1;
        }
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>"##
    )
}
