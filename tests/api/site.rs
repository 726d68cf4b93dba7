//! The page itself, and what browsers are told about it.

use axum::body::Body;
use http::header::{ACCEPT, ACCEPT_ENCODING, IF_NONE_MATCH};
use http::{Method, StatusCode};
use tests::TestApp;
use tests::app::Answer;

/// Goes to an address, as by typing it into the address bar.
async fn visit(app: &TestApp, path: &str) -> Answer {
    let visitor = app.visitor();
    let request =
        visitor.request(&Method::GET, path).header(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
    visitor.send(request.body(Body::empty()).expect("a GET has no body")).await
}

#[tokio::test]
async fn every_address_of_a_page_serves_the_page() {
    let app = TestApp::start().await;
    let vm = "/vms/11111111-1111-4111-8111-111111111111/web-rg/web-1/connect?method=rdp";
    for (module, paths) in [
        ("/connect/", vec![vm]),
        ("/records/", vec!["/requests", "/requests/1"]),
        ("/review/", vec!["/compliance", "/reports"]),
        ("/office/", vec!["/", "/vms", "/about", "/anything/else"]),
    ] {
        for path in paths {
            let page = visit(&app, path).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.header("content-type").starts_with("text/html"));
            assert!(page.text().contains(module), "{path}");
        }
    }
}

#[tokio::test]
async fn a_file_that_does_not_exist_is_not_the_page() {
    let app = TestApp::start().await;
    for path in ["/frontend-0000000000000000.js", "/no-such.css", "/favicon-x.ico"] {
        assert_eq!(visit(&app, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn nothing_beside_the_site_can_be_read() {
    let app = TestApp::start().await;
    for path in [
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "/%2e%2e/Cargo.toml",
        "/./../Cargo.toml",
        "//etc/passwd",
        "/connect/index.html.br",
    ] {
        let answer = visit(&app, path).await;
        assert!(!answer.text().contains("[workspace]") && !answer.text().contains("root:"), "{path}");
    }
}

/// The files that the page loads, by their place in it.
async fn assets(app: &TestApp) -> Vec<String> {
    let page = app.visitor().get("/").await.text();
    let parts = page.split(['"', '\'']).map(|part| part.trim_start_matches("./"));
    let assets: Vec<String> = parts
        .filter(|part| {
            [".js", ".wasm", ".css"].iter().any(|end| part.ends_with(end)) && !part.contains("://")
        })
        .map(|part| format!("/{}", part.trim_start_matches('/')))
        .collect();
    assert!(assets.iter().any(|asset| asset.contains(".wasm")), "{page}");
    assets
}

#[tokio::test]
async fn what_never_changes_is_kept_and_the_page_is_asked_for_again() {
    let app = TestApp::start().await;
    for asset in assets(&app).await {
        let answer = app.visitor().get(&asset).await;
        assert_eq!(answer.status, StatusCode::OK, "{asset}");
        let caching = answer.header("cache-control");
        assert!(caching.contains("immutable") && caching.contains("max-age=31536000"), "{asset}: {caching}");
    }
    let page = app.visitor().get("/").await;
    assert_eq!(page.header("cache-control"), "no-cache");
    let tag = page.header("etag");
    assert!(!tag.is_empty());
    let visitor = app.visitor();
    let again = visitor.request(&Method::GET, "/").header(IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    let again = visitor.send(again).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
}

#[tokio::test]
async fn files_come_compressed_to_those_who_can_read_that() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for asset in assets(&app).await {
        let plain = visitor.get(&asset).await;
        assert_eq!(plain.header("content-encoding"), "");
        let request =
            visitor.request(&Method::GET, &asset).header(ACCEPT_ENCODING, "gzip, deflate, br, zstd");
        let compressed = visitor.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(compressed.header("content-encoding"), "br", "{asset}");
        assert!(compressed.header("vary").to_lowercase().contains("accept-encoding"), "{asset}");
        assert_eq!(compressed.header("content-type"), plain.header("content-type"));
        assert!(compressed.body.len() < plain.body.len(), "{asset}");
    }
}

#[tokio::test]
async fn the_browser_is_told_to_run_nothing_that_is_not_ours() {
    let app = TestApp::start().await;
    let csp = app.visitor().get("/").await.header("content-security-policy");
    let directives: Vec<(&str, Vec<&str>)> = csp
        .split(';')
        .filter_map(|directive| {
            let mut words = directive.split_whitespace();
            Some((words.next()?, words.collect()))
        })
        .collect();
    let directive = |name: &str| {
        let found = directives.iter().find(|(found, _)| *found == name);
        found.unwrap_or_else(|| panic!("no {name} in {csp}")).1.clone()
    };
    assert_eq!(directive("default-src"), ["'none'"]);
    assert_eq!(directive("frame-ancestors"), ["'none'"]);
    assert_eq!(directive("base-uri"), ["'none'"]);
    assert_eq!(directive("connect-src"), ["'self'"]);
    for (name, sources) in &directives {
        for source in sources {
            let ours = ["'self'", "'none'", "'wasm-unsafe-eval'", "data:"].contains(source)
                || source.starts_with("'sha256-")
                || source.starts_with("'nonce-");
            assert!(ours, "{name} allows {source}");
        }
    }
    assert!(!directive("script-src").contains(&"data:"));
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_from_guessing() {
    let app = TestApp::start().await;
    let olga = app.sign_in("operator").await;
    for path in ["/", "/vms", "/api/session", "/api/nothing", "/healthz"] {
        let answer = olga.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(!answer.header("content-security-policy").is_empty(), "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        assert_eq!(answer.header("server"), "", "{path}");
    }
    for path in ["/api/session", "/api/vms", "/api/nothing", &app.vm_path("web-1")] {
        assert_eq!(olga.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}
