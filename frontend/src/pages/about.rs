//! In whose name Remote Desktop files are handed out, and how Windows comes to trust that.

use shared::session::RdpPublisher;

use crate::components::blade::Blade;
use crate::components::copy::copy_button;
use crate::components::icon::Glyph;
use crate::components::message_bar::{Tone, message_bar};
use crate::format;
use crate::page::Page;
use crate::session::use_session;
use crate::view::{Element, View, el, several};

/// Where the policy is in the Group Policy editor.
const GROUP_POLICY: &str = "Computer Configuration > Administrative Templates > Windows Components > Remote Desktop Services > Remote Desktop Connection Client > Specify thumbprints of certificates representing trusted .rdp publishers";
/// The same in the policy CSP of Windows, as Intune sets it (`ADMX_TerminalServer`).
const OMA_URI: &str =
    "./Device/Vendor/MSFT/Policy/Config/ADMX_TerminalServer/TS_CLIENT_TRUSTED_CERTIFICATE_THUMBPRINTS_1";

/// About Postern.
pub fn about_page() -> View {
    let blade = Blade {
        title: "About Postern",
        aspect: None,
        subtitle: None,
        glyph: Glyph::Info,
        crumbs: &[("My access", Page::MyAccess)],
    };
    let session = use_session();
    let shown = match session.rdp_publisher {
        Some(publisher) => signed(&publisher),
        None if session.cannot_sign => out_of_reach(),
        None => unsigned(),
    };
    blade.around(el("section").class("about").child(el("h2").child("Remote Desktop files")).child(shown))
}

fn out_of_reach() -> View {
    several![
        message_bar(
            Tone::Warning,
            "Files are signed here, but cannot be at the moment: the key vault that signs them has not answered since Postern started. Unsigned ones are not handed out in their place.",
        ),
        el("p").child(
            "Whoever runs Postern finds the reason in its log, and with postern doctor. Nothing has to be restarted once the vault answers; load this page again to see who signs.",
        ),
    ]
}

fn unsigned() -> View {
    several![
        message_bar(
            Tone::Warning,
            "The files that Postern hands out are not signed. Windows opens each with “Caution: Unknown remote connection” and names an unknown publisher; where a policy forbids files from unknown publishers, it does not open them at all.",
        ),
        el("p").child("Whoever runs Postern can have them signed, with the setting rdp.pem_file."),
    ]
}

fn signed(publisher: &RdpPublisher) -> View {
    let RdpPublisher { name, sha256, sha1, not_after } = publisher;
    let ends = format::day_and_year(*not_after);
    let trusted = format!("sha256:{sha256}");
    let enabled = format!("<enabled/><data id=\"TRUSTED_CERTIFICATE_THUMBPRINTS\" value=\"{trusted}\"/>");
    several![
        el("p").child(format!(
            "The files that Postern hands out are signed by {name}. Windows shows that name before it connects, if it trusts the certificate, which is good until {ends}."
        )),
        el("dl")
            .class("about__facts")
            .child(fact("Publisher", name, false))
            .child(fact("SHA-256 thumbprint", sha256, true))
            .child(fact("SHA-1 thumbprint", sha1, true)),
        el("h2").child("For administrators: open them without a warning"),
        el("p").child("Windows asks nothing more about files whose publisher is named in this policy. From the update of July 2026 on it takes the SHA-256 thumbprint; before, only the SHA-1 one, without a prefix."),
        el("dl")
            .class("about__facts")
            .child(fact("Group Policy", GROUP_POLICY, false))
            .child(fact("Value", &trusted, true))
            .child(fact("Intune, OMA-URI", OMA_URI, true))
            .child(fact("Value (string)", &enabled, true)),
    ]
}

/// A fact, with a button to copy it if it is to be put in somewhere.
fn fact(name: &'static str, value: &str, copied: bool) -> View {
    let class = if copied { "about__value mono" } else { "about__value" };
    let text = el("span").child(value.to_owned());
    let copy: Option<Element> = copied.then(|| copy_button(value.to_owned(), name));
    several![el("dt").child(name), el("dd").class(class).child(text).child(copy)]
}
