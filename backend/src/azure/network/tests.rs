use super::*;

const GROUP: &str =
    "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Network";

fn nsg(properties: &str) -> Nsg {
    let wire: Wire<rule::WireNsg> =
        serde_json::from_str(&format!(r#"{{"properties": {properties}}}"#)).unwrap();
    wire.properties.into_nsg(format!("{GROUP}/networkSecurityGroups/web").parse().unwrap())
}

fn only_rule(properties: &str) -> SecurityRule {
    let rule = format!(
        r#"{{"name": "r", "properties": {{"priority": 100, "access": "Allow", "direction": "Inbound", "protocol": "Tcp", {properties}}}}}"#
    );
    nsg(&format!(r#"{{"securityRules": [{rule}]}}"#)).rules.remove(0)
}

#[test]
fn rules_are_in_the_order_in_which_they_decide() {
    let rule = |name, priority| {
        format!(
            r#"{{"name": "{name}", "properties": {{"priority": {priority}, "access": "allow", "direction": "INBOUND", "protocol": "*"}}}}"#
        )
    };
    let nsg = nsg(&format!(
        r#"{{"securityRules": [{}, {}], "defaultSecurityRules": [{}]}}"#,
        rule("late", 4096),
        rule("early", 100),
        rule("DenyAllInBound", 65500),
    ));
    let names: Vec<&str> = nsg.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["early", "late", "DenyAllInBound"]);
    assert_eq!((&nsg.rules[0].access, &nsg.rules[0].direction), (&Access::Allow, &Direction::Inbound));
}

#[test]
fn one_value_and_several_are_read_alike() {
    let rule = only_rule(
        r#""sourceAddressPrefix": "", "sourceAddressPrefixes": ["203.0.113.7", "198.51.100.9/24"],
           "destinationAddressPrefix": "*", "destinationAddressPrefixes": [],
           "destinationPortRange": "22", "destinationPortRanges": ["3389-3400", "*", "x"]"#,
    );
    let range = |text: &str| Addresses::Range(text.parse().unwrap());
    assert_eq!(rule.sources, [range("203.0.113.7/32"), range("198.51.100.0/24")]);
    assert_eq!(rule.destinations, [Addresses::Any]);
    assert_eq!(
        rule.ports,
        [
            Ports::Range(22, 22),
            Ports::Range(3389, 3400),
            Ports::Range(0, 65535),
            Ports::Other("x".to_owned())
        ]
    );
}

#[test]
fn what_only_azure_can_resolve_is_kept_as_that() {
    let asg = format!("{GROUP}/applicationSecurityGroups/jump");
    let rule = only_rule(&format!(
        r#""sourceAddressPrefix": "VirtualNetwork", "destinationAddressPrefix": null,
           "destinationApplicationSecurityGroups": [{{"id": "{asg}"}}], "destinationPortRange": "22""#
    ));
    assert_eq!(rule.sources, [Addresses::Tag("VirtualNetwork".to_owned())]);
    assert_eq!(rule.destinations, [Addresses::ApplicationGroup(asg.parse().unwrap())]);
}

#[test]
fn a_rule_in_words_of_tomorrow_is_kept() {
    let nsg = nsg(r#"{"securityRules": [
            {"name": "new", "properties": {"priority": 100, "access": "AlwaysAllow", "direction": "Sideways", "protocol": "Quic"}}],
           "defaultSecurityRules": null}"#);
    assert_eq!(nsg.rules.len(), 1);
    assert_eq!(nsg.rules[0].access, Access::Other("AlwaysAllow".to_owned()));
    assert_eq!(nsg.rules[0].transport, Transport::Other("Quic".to_owned()));
}

#[test]
fn a_list_of_rules_is_not_read_in_part() {
    let json = r#"{"securityRules": [{"name": "none", "properties": {}}]}"#;
    assert!(serde_json::from_str::<rule::WireNsg>(json).is_err());
}

#[test]
fn an_interface_is_reached_at_its_primary_address() {
    let configuration = |primary: &str, address: &str| {
        format!(
            r#"{{"properties": {{"primary": {primary}, "privateIPAddress": "{address}",
                "subnet": {{"id": "{GROUP}/virtualNetworks/hq/subnets/web"}}, "publicIPAddress": null}}}}"#
        )
    };
    let json = format!(
        r#"{{"networkSecurityGroup": null, "ipConfigurations": [{}, {}]}}"#,
        configuration("false", "10.0.0.4"),
        configuration("true", "10.0.0.5"),
    );
    let nic = Nic::from(serde_json::from_str::<WireNic>(&json).unwrap());
    assert_eq!(nic.private_address, Some("10.0.0.5".parse().unwrap()));
    assert_eq!(nic.subnet.unwrap().name(), "web");
    assert_eq!((nic.nsg, nic.public_ip), (None, None));
    assert_eq!((nic.private_ipv6, nic.public_ipv6), (None, None));
}

#[test]
fn an_address_of_ipv6_stands_beside_the_primary_one() {
    let json = format!(
        r#"{{"ipConfigurations": [
            {{"properties": {{"primary": false, "privateIPAddress": "2001:db8:1::4", "privateIPAddressVersion": "IPv6",
                "publicIPAddress": {{"id": "{GROUP}/publicIPAddresses/web-ip-v6"}}}}}},
            {{"properties": {{"primary": true, "privateIPAddress": "10.0.0.4", "privateIPAddressVersion": "IPv4"}}}}]}}"#
    );
    let nic = Nic::from(serde_json::from_str::<WireNic>(&json).unwrap());
    assert_eq!(nic.private_address, Some("10.0.0.4".parse().unwrap()));
    assert_eq!(nic.private_ipv6, Some("2001:db8:1::4".parse().unwrap()));
    assert_eq!((nic.public_ip, nic.public_ipv6.unwrap().name()), (None, "web-ip-v6"));
}

#[test]
fn an_interface_without_addresses_is_still_one() {
    for json in [
        "{}",
        r#"{"ipConfigurations": null}"#,
        r#"{"ipConfigurations": [{"properties": {"privateIPAddress": "?"}}]}"#,
    ] {
        let nic = Nic::from(serde_json::from_str::<WireNic>(json).unwrap());
        assert_eq!(nic.private_address, None, "{json}");
    }
}
