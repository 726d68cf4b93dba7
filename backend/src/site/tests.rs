use super::*;

fn site(path: &str) -> Option<File> {
    let (media, bytes) = match path {
        "office/index.html" => ("text/html", "<script>1</script>"),
        "office/index.html.br" => ("application/octet-stream", "brotli page"),
        "office/index.html.gz" => ("application/gzip", "gzip page"),
        "connect/index.html" => ("text/html", "<script>2</script>"),
        "records/index.html" => ("text/html", "<script>3</script>"),
        "connect/frontend-de56f3c85fd1829f_bg.wasm" => ("application/wasm", "wasm"),
        "connect/frontend-de56f3c85fd1829f_bg.wasm.gz" => ("application/gzip", "gzip wasm"),
        "favicon.svg" => ("image/svg+xml", "<svg/>"),
        _ => return None,
    };
    let etag = HeaderValue::try_from(format!("\"{path}\"")).unwrap();
    Some(File { bytes: bytes.as_bytes().into(), media: media.to_owned(), etag })
}

fn get(path: &str, headers: &[(&'static str, &'static str)]) -> Option<Response> {
    ask(&Method::GET, path, headers)
}

fn ask(method: &Method, path: &str, headers: &[(&'static str, &'static str)]) -> Option<Response> {
    let headers = headers
        .iter()
        .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    answer(site, method, path, &headers)
}

async fn text(response: Response) -> String {
    String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn a_file_is_sent_in_the_smallest_form_there_is() {
    let page = get("/", &[("accept-encoding", "gzip, br")]).unwrap();
    assert_eq!(page.headers()[CONTENT_ENCODING], "br");
    assert_eq!(page.headers()[CONTENT_TYPE], "text/html");
    assert_eq!(page.headers()[VARY], "accept-encoding");
    assert_eq!(text(page).await, "brotli page");
    let wasm = get("/connect/frontend-de56f3c85fd1829f_bg.wasm", &[("accept-encoding", "gzip, br")]).unwrap();
    assert_eq!(wasm.headers()[CONTENT_ENCODING], "gzip");
    assert_eq!(wasm.headers()[CONTENT_TYPE], "application/wasm");
    let plain = get("/favicon.svg", &[("accept-encoding", "gzip, br")]).unwrap();
    assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    assert_eq!(text(plain).await, "<svg/>");
}

#[test]
fn a_file_whose_name_has_a_hash_is_kept_and_the_page_is_asked_for_again() {
    let kept = |path| get(path, &[]).unwrap().headers()[CACHE_CONTROL].clone();
    assert_eq!(kept("/connect/frontend-de56f3c85fd1829f_bg.wasm"), "public, max-age=31536000, immutable");
    assert_eq!(kept("/office/index.html"), "no-cache");
    assert_eq!(kept("/favicon.svg"), "no-cache");
    assert_eq!(
        keep_for("snippets/frontend-0123456789abcdef/inline0.js"),
        "public, max-age=31536000, immutable"
    );
    assert_eq!(keep_for("accessibility-statement.html"), "no-cache");
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    for known in
        ["\"office/index.html.br\"", "W/\"office/index.html.br\"", "\"x\", \"office/index.html.br\"", "*"]
    {
        let response = get("/", &[("accept-encoding", "br"), ("if-none-match", known)]).unwrap();
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(response.headers()[ETAG], "\"office/index.html.br\"");
        assert_eq!(response.headers()[CACHE_CONTROL], "no-cache");
        assert!(response.headers().contains_key(CONTENT_SECURITY_POLICY));
        assert!(!response.headers().contains_key(CONTENT_ENCODING));
        assert_eq!(text(response).await, "");
    }
    let other_form =
        get("/", &[("accept-encoding", "gzip"), ("if-none-match", "\"office/index.html.br\"")]).unwrap();
    assert_eq!(other_form.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_page_answers_for_its_own_addresses() {
    for (path, script) in [
        ("/", "<script>1</script>"),
        ("/vms", "<script>1</script>"),
        ("/vms/1/rg/jump.01/connect", "<script>2</script>"),
        ("/requests/42", "<script>3</script>"),
        ("/for/token", "<script>1</script>"),
    ] {
        let page = get(path, &[BROWSER]).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("sha256-"));
        assert_eq!(text(page).await, script, "{path}");
    }
}

#[test]
fn what_is_not_there_is_not_the_page() {
    for path in [
        "/api/unknown",
        "/api",
        "/auth/unknown",
        "/healthz/x",
        "/frontend-0.js",
        "/vms/x.css",
        "/favicon.svg.gz",
    ] {
        assert!(get(path, &[BROWSER]).is_none(), "{path}");
    }
    assert!(get("/vms", &[("accept", "application/json")]).is_none(), "a program asks for no page");
    assert!(get("/office/index.html.br", &[]).is_none(), "compressed forms have no address");
    assert!(ask(&Method::POST, "/", &[BROWSER]).is_none());
}

#[tokio::test]
async fn head_tells_the_length_and_sends_nothing() {
    let response = ask(&Method::HEAD, "/", &[]).unwrap();
    assert_eq!(response.headers()[CONTENT_LENGTH], "18");
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn the_site_is_there_whether_or_not_it_was_built() {
    let request = Request::builder().uri("/").body(Body::empty()).unwrap();
    let page = serve(request).await.unwrap();
    assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
    assert!(text(page).await.contains("<title>Postern</title>"));
}
