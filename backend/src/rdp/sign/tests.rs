use std::collections::BTreeSet;

use shared::port::Port;
use shared::redirection::Redirection;
use shared::vm::VmDetails;

use super::*;
use crate::rdp::Publishers;
use crate::rdp::publisher::tests::{broken_publisher, made};
use crate::rdp::tests::{details, request};

fn file(change: impl FnOnce(&mut VmDetails)) -> RdpFile {
    let mut details = details();
    change(&mut details);
    RdpFile::for_request(&details, Port::RDP, &request("198.51.100.7", &Redirection::ALL)).unwrap()
}

fn scope(file: &RdpFile) -> Scope {
    Scope::of(&file.lines())
}

#[test]
fn every_line_but_the_uncovered_ones_is_signed() {
    let file = file(|_| ());
    let covered: BTreeSet<String> = scope(&file).names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let uncovered: Vec<&str> =
        file.lines().iter().map(|line| line.key).filter(|key| !covered.contains(*key)).collect();
    assert_eq!(
        uncovered,
        [
            "usbdevicestoredirect",
            "camerastoredirect",
            "redirectwebauthn",
            "redirectlocation",
            "audiocapturemode",
            "administrative session",
            "enablerdsaadauth",
            "screen mode id",
            "use multimon",
            "dynamic resolution",
            "username",
        ]
    );
}

#[test]
fn whatever_can_be_shared_is_covered_so_that_nobody_adds_it_to_a_signed_file() {
    let covered: Vec<String> = SECURE.iter().map(|name| name.to_ascii_lowercase()).collect();
    for (redirection, key, _) in crate::rdp::SHARED {
        assert!(covered.iter().any(|name| name == key), "{redirection:?}");
    }
}

#[test]
fn the_message_is_the_covered_lines_in_their_order_and_ends_in_a_nul() {
    let message = scope(&file(|_| ())).message();
    let units: Vec<u16> = message.chunks(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).unwrap();
    assert!(
        text.starts_with(
            "full address:s:203.0.113.40:3389\r\nalternate full address:s:203.0.113.40:3389\r\n"
        ),
        "{text}"
    );
    assert!(text.ends_with("RDGIsKDCProxy,KDCProxyName\r\n\0"), "{text}");
    assert!(
        text.contains("\r\nsignscope:s:Full Address,Alternate Full Address,Use Redirection Server Name,")
    );
}

#[tokio::test]
async fn a_signed_file_is_the_file_and_two_lines() {
    let publisher = made(vec![], &rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap());
    let publishers = Publishers::from_pem(&(publisher.leaf + &publisher.key).into()).unwrap();
    let publisher = publishers.at("2026-06-01T00:00:00Z".parse().unwrap()).unwrap();
    let file = file(|_| ());
    let signed = signed(&file, publisher).await.unwrap();
    let added = signed.strip_prefix(&file.to_string()).unwrap();
    let lines: Vec<&str> = added.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 2, "{added}");
    assert_eq!(lines[0], scope(&file).line().trim_end());
    let signature = STANDARD.decode(lines[1].strip_prefix("signature:s:").unwrap()).unwrap();
    let (head, cms) = signature.split_at(12);
    assert_eq!(head[..8], [1, 0, 1, 0, 1, 0, 0, 0]);
    assert_eq!(u32::from_le_bytes(head[8..].try_into().unwrap()) as usize, cms.len());
}

#[tokio::test]
async fn a_signature_that_cannot_be_put_together_is_an_error_and_no_file() {
    assert!(signed(&file(|_| ()), &broken_publisher()).await.is_err());
}
