use std::net::Ipv4Addr;

use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::JoinHandle;

use super::*;

/// Somebody's patience, who has little of it.
const SHORT: Patience =
    Patience { first_request: Duration::from_millis(200), next_request: Duration::from_millis(400) };

/// How long what is due may take.
const LIMIT: Duration = Duration::from_secs(20);

struct Served {
    address: SocketAddr,
    /// Lets one `/slow` be answered per permit.
    answers: Arc<Semaphore>,
    /// Tells that a `/slow` was asked for.
    asked: Arc<Semaphore>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

async fn serve_with(patience: Patience) -> Served {
    let (answers, asked) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let slow = {
        let (answers, asked) = (answers.clone(), asked.clone());
        move || async move {
            asked.add_permits(1);
            answers.acquire().await.unwrap().forget();
            "late"
        }
    };
    let app = Router::new().route("/", get(|| async { "here" })).route("/slow", get(slow));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving =
        tokio::spawn(accept(listener, app, patience, async move { stopped.await.unwrap_or_default() }));
    Served { address, answers, asked, stop, serving }
}

impl Served {
    async fn connect(&self, sends: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(sends).await.unwrap();
        stream
    }
}

/// All that comes until the other side closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    // A connection that is reset is closed too.
    let read = tokio::time::timeout(LIMIT, stream.read_to_end(&mut all)).await;
    drop(read.expect("the connection is closed in time"));
    String::from_utf8_lossy(&all).into_owned()
}

/// What comes until an answer says so.
async fn until(stream: &mut TcpStream, words: &str) {
    let mut all = Vec::new();
    while !String::from_utf8_lossy(&all).contains(words) {
        let byte = tokio::time::timeout(LIMIT, stream.read_u8()).await.expect("it comes in time");
        all.push(byte.expect("the connection is open"));
    }
}

#[tokio::test]
async fn a_connection_on_which_no_whole_request_comes_is_closed() {
    let served = serve_with(SHORT).await;
    for begun in
        ["", "G", "GET / HTTP/1.1\r\nHost: postern", "PRI * HTTP/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]
    {
        let mut stream = served.connect(begun.as_bytes()).await;
        let said = rest(&mut stream).await;
        assert!(!said.contains("200"), "{begun:?}: {said}");
    }
}

#[tokio::test]
async fn neither_is_a_second_request_waited_for_that_does_not_come() {
    let served = serve_with(SHORT).await;
    let mut stream = served.connect(b"GET / HTTP/1.1\r\nHost: postern\r\n\r\n").await;
    until(&mut stream, "here").await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
    rest(&mut stream).await;
}

#[tokio::test]
async fn an_answer_may_take_longer_than_a_request() {
    let served = serve_with(SHORT).await;
    let mut patient =
        served.connect(b"GET /slow HTTP/1.1\r\nHost: postern\r\nConnection: close\r\n\r\n").await;
    served.asked.acquire().await.unwrap().forget();
    for _ in 0..3 {
        rest(&mut served.connect(b"").await).await;
    }
    served.answers.add_permits(1);
    assert!(rest(&mut patient).await.ends_with("late"));
}

#[tokio::test]
async fn a_head_larger_than_any_honest_one_is_refused() {
    let served = serve_with(Patience::default()).await;
    let many = "X-Many: 1\r\n".repeat(200);
    let long = format!("X-Long: {}\r\n", "x".repeat(100_000));
    for headers in [many, long] {
        let head = format!("GET / HTTP/1.1\r\nHost: postern\r\n{headers}\r\n");
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        // It may be refused before it is all there.
        drop(stream.write_all(head.as_bytes()).await);
        let said = rest(&mut stream).await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 431"), "{said}");
    }
}

#[tokio::test]
async fn what_is_under_way_comes_to_its_end_when_the_service_stops() {
    let served = serve_with(Patience::default()).await;
    let mut patient = served.connect(b"GET /slow HTTP/1.1\r\nHost: postern\r\n\r\n").await;
    served.asked.acquire().await.unwrap().forget();
    served.stop.send(()).unwrap();
    served.answers.add_permits(1);
    assert!(rest(&mut patient).await.ends_with("late"));
    tokio::time::timeout(LIMIT, served.serving).await.expect("nothing is left").unwrap();
    assert!(TcpStream::connect(served.address).await.is_err(), "nobody listens any more");
}
