use super::*;
use crate::azure::security::RevokedReason;

const VM: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-app/providers/Microsoft.Compute/virtualMachines/web01";
const ID: &str = "/subscriptions/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG-App/providers/microsoft.security/locations/westeurope/jitnetworkaccesspolicies/default";

fn policy(properties: &str) -> Policy {
    let json = format!(r#"{{"kind": "Basic", "id": "{ID}", "name": "default", "properties": {properties}}}"#);
    Policy::from(serde_json::from_str::<WirePolicy>(&json).unwrap())
}

fn rules(ports: &str) -> Vec<PortRule> {
    policy(&format!(r#"{{"virtualMachines": [{{"id": "{VM}", "ports": [{ports}]}}]}}"#))
        .vms
        .remove(0)
        .ports
        .ports
}

fn rule(fields: &str) -> PortRule {
    rules(&format!(r#"{{"number": 22, "protocol": "TCP", {fields}}}"#)).remove(0)
}

fn sources(fields: &str) -> Vec<String> {
    let rule = rule(&format!(r#"{fields} "maxRequestAccessDuration": "PT3H""#));
    rule.sources.iter().map(Source::to_string).collect()
}

#[test]
fn a_policy_of_azures_own_making_is_read() {
    let policy = policy(&format!(
        r#"{{"virtualMachines": [{{"id": "{VM}", "publicIpAddress": "203.0.113.20", "ports": [
                {{"number": 22, "protocol": "TCP", "allowedSourceAddressPrefix": "*", "maxRequestAccessDuration": "PT3H"}},
                {{"number": 3389, "protocol": "*", "allowedSourceAddressPrefix": null,
                  "allowedSourceAddressPrefixes": ["198.51.100.0/24", "203.0.113.7"], "maxRequestAccessDuration": "P1D"}}]}}],
            "requests": [{{"virtualMachines": [{{"id": "{}", "ports": [
                    {{"number": 22, "allowedSourceAddressPrefix": "203.0.113.7", "endTimeUtc": "2026-09-01T12:00:00.0000000Z",
                      "status": "Initiated", "statusReason": "UserRequested"}},
                    {{"number": 3389, "allowedSourceAddressPrefix": "203.0.113.7", "endTimeUtc": "2026-09-01T12:00:00.0000000Z",
                      "status": "Revoked", "statusReason": "NewerRequestInitiated", "mappedPort": 13389}}]}}],
                "startTimeUtc": "2026-09-01T10:58:11.1203344Z", "requestor": "", "justification": "INC-4711"}}],
            "provisioningState": "Succeeded", "appendMode": false}}"#,
        VM.to_uppercase(),
    ));
    assert_eq!(policy.id, ID.to_lowercase().parse().unwrap());
    let vm = policy.of(&VM.parse().unwrap()).unwrap();
    assert_eq!(vm.firewall_address, Some("203.0.113.20".parse().unwrap()));
    assert_eq!(vm.ports.rule_for(Port::RDP).unwrap().longest, AccessDuration::LONGEST);

    let [ssh, rdp] = &policy.requests[..] else { panic!("one entry per port") };
    assert_eq!(ssh.vm, vm.vm);
    assert_eq!((ssh.port, &ssh.status), (Port::SSH, &PortStatus::Initiated));
    assert_eq!(ssh.justification.as_deref(), Some("INC-4711"));
    assert_eq!(rdp.status, PortStatus::Revoked(RevokedReason::NewerRequestInitiated));
    assert_eq!(rdp.mapped_port.map(Port::number), Some(13389));
}

#[test]
fn a_policy_without_anything_in_it_is_one() {
    for properties in
        ["{}", r#"{"virtualMachines": null, "requests": null}"#, r#"{"virtualMachines": [], "requests": []}"#]
    {
        assert!(policy(properties).vms.is_empty(), "{properties}");
    }
}

#[test]
fn a_machine_or_port_of_another_kind_does_not_hide_the_others() {
    let policy = policy(&format!(
        r#"{{"virtualMachines": [{{"id": "/subscriptions/x/classic"}}, {{"id": "{VM}", "ports": null}}, null],
            "requests": [{{"virtualMachines": null, "startTimeUtc": "2026-09-01T10:58:11Z"}}, {{}}]}}"#
    ));
    assert_eq!(policy.vms.len(), 1);
    assert_eq!(policy.vms[0].ports.ports, []);

    let good = r#"{"number": 22, "protocol": "tcp", "maxRequestAccessDuration": "PT1H"}"#;
    for strange in [
        r#"{"number": 0, "protocol": "TCP", "maxRequestAccessDuration": "PT1H"}"#,
        r#"{"number": 22, "protocol": "QUIC", "maxRequestAccessDuration": "PT1H"}"#,
        r#"{"number": 22, "protocol": "TCP", "maxRequestAccessDuration": "a while"}"#,
        r#"{"number": 22, "protocol": "TCP", "maxRequestAccessDuration": null}"#,
    ] {
        assert_eq!(rules(&format!("{strange}, {good}")).len(), 1, "{strange}");
    }
}

#[test]
fn odd_durations_are_rounded_down_to_what_can_be_asked_for() {
    let minutes = |text: &str| rule(&format!(r#""maxRequestAccessDuration": "{text}""#)).longest.minutes();
    assert_eq!(minutes("PT3H"), 180);
    assert_eq!(minutes("PT1H30M59S"), 90);
    assert_eq!(minutes("PT59.9S"), 5);
    assert_eq!(minutes("-PT1H"), 5);
    assert_eq!(minutes("P2D"), 1440);
}

#[test]
fn sources_are_read_however_they_are_written() {
    assert_eq!(sources(r#""allowedSourceAddressPrefix": "203.0.113.7","#), ["203.0.113.7"]);
    assert_eq!(
        sources(r#""allowedSourceAddressPrefix": "10.0.0.1, 10.1.0.5/16","#),
        ["10.0.0.1", "10.1.0.0/16"]
    );
    assert_eq!(sources(r#""allowedSourceAddressPrefixes": ["*"],"#), ["*"]);
    assert_eq!(sources(r#""allowedSourceAddressPrefix": "", "allowedSourceAddressPrefixes": null,"#), ["*"]);
    assert_eq!(sources(""), ["*"]);
}

#[test]
fn a_source_that_cannot_be_read_lets_nobody_in() {
    assert_eq!(sources(r#""allowedSourceAddressPrefix": "VirtualNetwork","#), Vec::<String>::new());
    assert_eq!(sources(r#""allowedSourceAddressPrefixes": ["AzureCloud", "10.0.0.1"],"#), ["10.0.0.1"]);
}

#[test]
fn words_of_tomorrow_are_kept() {
    let status = |status: &str, reason: &str| PortStatus::of(status.to_owned(), reason.to_owned());
    assert_eq!(status("initiating", ""), PortStatus::Initiating);
    assert_eq!(status("REVOKED", "expired"), PortStatus::Revoked(RevokedReason::Expired));
    assert_eq!(status("Revoked", "Quota"), PortStatus::Revoked(RevokedReason::Other("Quota".to_owned())));
    assert_eq!(status("Paused", ""), PortStatus::Other("Paused".to_owned()));
}
