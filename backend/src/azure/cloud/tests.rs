use super::*;

fn endpoint(text: &str) -> Result<Endpoint, ParseEndpointError> {
    text.parse()
}

#[test]
fn plain_http_is_for_this_machine_only() {
    for text in
        ["http://127.0.0.1:8081", "http://127.77.0.1", "http://[::1]:1", "http://localhost:8081/azure"]
    {
        assert!(endpoint(text).unwrap().is_plain(), "{text}");
    }
    for text in
        ["http://login.microsoftonline.com", "http://10.0.0.1", "http://localhost.example", "ftp://127.0.0.1"]
    {
        assert!(endpoint(text).is_err(), "{text}");
    }
    assert!(endpoint("http://arm.example").unwrap_err().to_string().contains("write https"));
}

#[test]
fn a_base_url_holds_no_credentials_and_no_query() {
    for text in ["https://me@arm.example", "https://me:secret@arm.example", "https://arm.example/?x=1", "arm"]
    {
        assert!(endpoint(text).is_err(), "{text}");
    }
}

#[test]
fn a_path_never_leads_away() {
    let arm = endpoint("https://arm.example/proxy").unwrap();
    assert_eq!(
        arm.join("subscriptions?a=1").unwrap().as_str(),
        "https://arm.example/proxy/subscriptions?a=1"
    );
    for path in ["https://evil.example/x", "//evil.example/x", "/other", "../x", "subscriptions/../../x"] {
        assert!(arm.join(path).is_err(), "{path}");
    }
    assert_eq!(arm.path_of(&arm.join("subscriptions/1").unwrap()), "subscriptions/1");
}

#[test]
fn another_port_or_scheme_is_another_origin() {
    let arm = endpoint("https://arm.example").unwrap();
    let is_origin_of = |text: &str| arm.is_origin_of(&text.parse().unwrap());
    assert!(is_origin_of("https://ARM.example:443/x"));
    for text in [
        "https://arm.example:444/",
        "http://arm.example/",
        "https://arm.example.evil/",
        "https://u@arm.example/",
    ] {
        assert!(!is_origin_of(text), "{text}");
    }
}

#[test]
fn each_cloud_has_its_own_scope() {
    assert_eq!(Cloud::us_government().arm_scope, "https://management.usgovcloudapi.net/.default");
    assert_eq!(Cloud::china().arm.to_string(), "https://management.chinacloudapi.cn");
    assert_ne!(Cloud::public().authority, Cloud::china().authority);
}
