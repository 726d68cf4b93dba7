use super::*;

const CLIENT: &str = "203.0.113.7";
const OUR_PROXY: &str = "10.0.0.1";

fn proxies(header: ForwardedHeader) -> Proxies {
    let trusted = ["10.0.0.0/8", "fd00::/8"].map(|range| range.parse().unwrap());
    Proxies::new(&trusted, header)
}

fn seen(peer: &str, lines: &[&'static str]) -> String {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append("x-forwarded-for", http::HeaderValue::from_str(line).unwrap());
    }
    proxies(ForwardedHeader::XForwardedFor).locate(peer.parse().unwrap(), &headers).address.to_string()
}

fn seen_forwarded(lines: &[&'static str]) -> String {
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(FORWARDED, http::HeaderValue::from_static(line));
    }
    headers.insert("x-forwarded-for", http::HeaderValue::from_static("6.6.6.6"));
    proxies(ForwardedHeader::Forwarded).locate(OUR_PROXY.parse().unwrap(), &headers).address.to_string()
}

#[test]
fn without_a_trusted_proxy_headers_do_not_count() {
    assert_eq!(seen(CLIENT, &[]), CLIENT);
    assert_eq!(seen(CLIENT, &["6.6.6.6"]), CLIENT);
    assert_eq!(seen(CLIENT, &["6.6.6.6, 10.0.0.2"]), CLIENT);
}

#[test]
fn a_trusted_proxy_speaks_for_the_client() {
    assert_eq!(seen(OUR_PROXY, &[CLIENT]), CLIENT);
    assert_eq!(seen(OUR_PROXY, &["203.0.113.7, 10.0.0.3, 10.0.0.2"]), CLIENT);
    assert_eq!(seen(OUR_PROXY, &["203.0.113.7", "10.0.0.3", "10.0.0.2"]), CLIENT);
}

#[test]
fn what_the_client_wrote_to_the_left_does_not_count() {
    assert_eq!(seen(OUR_PROXY, &["6.6.6.6, 203.0.113.7"]), CLIENT);
    assert_eq!(seen(OUR_PROXY, &["6.6.6.6", "203.0.113.7, 10.0.0.2"]), CLIENT);
    assert_eq!(seen(OUR_PROXY, &["10.9.9.9, 203.0.113.7"]), CLIENT);
    assert_eq!(seen(OUR_PROXY, &["127.0.0.1, 203.0.113.7"]), CLIENT);
}

#[test]
fn an_entry_that_is_no_address_hides_what_is_left_of_it() {
    for garbage in ["unknown", "", "_hidden", "203.0.113", "1.2.3.4:99999", "\"6.6.6.6\"", "6.6.6.6 7.7.7.7"]
    {
        let line: &'static str = format!("6.6.6.6, {garbage}").leak();
        assert_eq!(seen(OUR_PROXY, &[line]), OUR_PROXY, "{garbage}");
        let line: &'static str = format!("6.6.6.6, {garbage}, 10.0.0.2").leak();
        assert_eq!(seen(OUR_PROXY, &[line]), "10.0.0.2", "{garbage}");
    }
    assert_eq!(seen(OUR_PROXY, &["6.6.6.6, \u{e9}"]), OUR_PROXY);
}

#[test]
fn an_address_may_come_with_a_port_or_in_brackets() {
    assert_eq!(seen(OUR_PROXY, &["203.0.113.7:50123"]), CLIENT);
    assert_eq!(seen(OUR_PROXY, &["[2001:db8::7]:50123"]), "2001:db8::7");
    assert_eq!(seen(OUR_PROXY, &["[2001:db8::7]"]), "2001:db8::7");
    assert_eq!(seen(OUR_PROXY, &["2001:db8::7"]), "2001:db8::7");
}

#[test]
fn an_ipv4_address_inside_an_ipv6_one_is_the_ipv4_address() {
    assert_eq!(seen("::ffff:203.0.113.7", &[]), CLIENT);
    assert_eq!(seen("::ffff:10.0.0.1", &["::ffff:203.0.113.7"]), CLIENT);
    assert_eq!(seen("fd00::1", &["[::ffff:203.0.113.7]:443"]), CLIENT);
}

#[test]
fn when_every_hop_is_ours_the_farthest_is_the_client() {
    assert_eq!(seen(OUR_PROXY, &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
}

#[test]
fn only_the_header_that_the_proxies_write_is_read() {
    assert_eq!(seen_forwarded(&["for=203.0.113.7"]), CLIENT);
    assert_eq!(seen_forwarded(&[]), OUR_PROXY);
    let mut headers = HeaderMap::new();
    headers.insert(FORWARDED, http::HeaderValue::from_static("for=6.6.6.6"));
    let seen =
        proxies(ForwardedHeader::XForwardedFor).locate(std::net::Ipv4Addr::new(10, 0, 0, 1).into(), &headers);
    assert_eq!(seen.address.to_string(), OUR_PROXY);
}

#[test]
fn forwarded_is_read_like_the_other_header() {
    assert_eq!(seen_forwarded(&["for=6.6.6.6, for=203.0.113.7;proto=https;by=10.0.0.1"]), CLIENT);
    assert_eq!(seen_forwarded(&["proto=https;For=\"203.0.113.7:50123\"", "for=10.0.0.2"]), CLIENT);
    assert_eq!(seen_forwarded(&["for=\"[2001:db8::7]:50123\""]), "2001:db8::7");
    assert_eq!(seen_forwarded(&["for=6.6.6.6, for=_hidden"]), OUR_PROXY);
    assert_eq!(seen_forwarded(&["for=6.6.6.6, proto=https"]), OUR_PROXY);
}

#[test]
fn the_page_is_told_which_proxy_spoke() {
    let mut headers = HeaderMap::new();
    headers.insert("x-forwarded-for", http::HeaderValue::from_static("203.0.113.7"));
    let proxy: IpAddr = OUR_PROXY.parse().unwrap();
    let through = proxies(ForwardedHeader::XForwardedFor).locate(proxy, &headers);
    assert_eq!(through.how, Detection::Proxy { proxy });
    let direct = proxies(ForwardedHeader::XForwardedFor).locate(CLIENT.parse().unwrap(), &headers);
    assert_eq!(direct.how, Detection::Direct);
}
