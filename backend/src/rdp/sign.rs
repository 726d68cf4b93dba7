//! Signing a file as `rdpsign.exe` does, so that Windows names whoever hands it out.
//!
//! What is signed is the lines of the settings that Windows calls secure, in a fixed order, in
//! UTF-16LE, with the list of their names and a NUL at the end. The signature is a detached CMS
//! without signed attributes. Microsoft shows a signed file in [MS-RDWR] 4.2; the order of the
//! names is that of `rdpsign.exe`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::publisher::{Publisher, SigningError};
use super::{Line, RdpFile};

/// The settings that a signature covers, in its order. Names of newer clients are left out: one
/// that does not know a name need not take the file.
const SECURE: [&str; 45] = [
    "Full Address",
    "Alternate Full Address",
    "PCB",
    "Use Redirection Server Name",
    "Server Port",
    "Negotiate Security Layer",
    "EnableCredSspSupport",
    "DisableConnectionSharing",
    "AutoReconnection Enabled",
    "GatewayHostname",
    "GatewayUsageMethod",
    "GatewayProfileUsageMethod",
    "GatewayCredentialsSource",
    "Support URL",
    "PromptCredentialOnce",
    "Require pre-authentication",
    "Pre-authentication server address",
    "Alternate Shell",
    "Shell Working Directory",
    "RemoteApplicationProgram",
    "RemoteApplicationExpandWorkingdir",
    "RemoteApplicationMode",
    "RemoteApplicationGuid",
    "RemoteApplicationName",
    "RemoteApplicationIcon",
    "RemoteApplicationFile",
    "RemoteApplicationFileExtensions",
    "RemoteApplicationCmdLine",
    "RemoteApplicationExpandCmdLine",
    "Prompt For Credentials",
    "Authentication Level",
    "AudioMode",
    "RedirectDrives",
    "RedirectPrinters",
    "RedirectCOMPorts",
    "RedirectSmartCards",
    "RedirectPOSDevices",
    "RedirectClipboard",
    "DevicesToRedirect",
    "DrivesToRedirect",
    "LoadBalanceInfo",
    "RedirectDirectX",
    "RDGIsKDCProxy",
    "KDCProxyName",
    "EventLogUploadAddress",
];

/// The file with its signature.
///
/// # Errors
///
/// If the key cannot sign.
pub(super) async fn signed(file: &RdpFile, publisher: &Publisher) -> Result<String, SigningError> {
    let (text, scope) = (file.to_string(), Scope::of(&file.lines()));
    let signature = publisher.sign(&scope.message()).await?;
    Ok(format!("{text}{}signature:s:{}\r\n", scope.line(), encoded(&signature)))
}

/// What of a file is signed.
struct Scope {
    names: Vec<&'static str>,
    lines: String,
}

impl Scope {
    fn of(lines: &[Line]) -> Self {
        let mut scope = Self { names: Vec::new(), lines: String::new() };
        for name in SECURE {
            if let Some(line) = lines.iter().find(|line| line.key.eq_ignore_ascii_case(name)) {
                scope.names.push(name);
                scope.lines.push_str(&line.to_string());
            }
        }
        scope
    }

    fn line(&self) -> String {
        format!("signscope:s:{}\r\n", self.names.join(","))
    }

    fn message(&self) -> Vec<u8> {
        let text = format!("{}{}\0", self.lines, self.line());
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }
}

/// A signature as a file has it: two words and its length, little-endian, before it, in base64.
fn encoded(cms: &[u8]) -> String {
    let length = u32::try_from(cms.len()).expect("a signature is a few kilobytes long");
    let words = [0x0001_0001, 0x0000_0001, length];
    let bytes: Vec<u8> =
        words.iter().flat_map(|word| word.to_le_bytes()).chain(cms.iter().copied()).collect();
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests;
