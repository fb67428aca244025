//! A plain HTTP client and the server it talks to, in one process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use serde_json::Value;
use server::http::hall::Hall;
use tokio::sync::oneshot;

/// A house being served.
pub struct Served {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// An answer.
pub struct Answered {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answered {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
    pub fn header(&self, name: &str) -> &str {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }
}

impl Served {
    pub fn start(hall: Arc<Hall>) -> Self {
        let (end, ended) = oneshot::channel::<()>();
        let (bound, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
                bound.send(listener.local_addr().expect("an address")).expect("somebody waits");
                let end = async { drop(ended.await) };
                server::http::run(hall, listener, None, end).await.expect("served");
            });
        });
        let address = address.recv().expect("an address");
        Self { address, end: Some(end), thread: Some(thread) }
    }

    pub fn stop(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ends");
        }
    }

    pub fn get(&self, path: &str) -> Answered {
        self.ask_with("GET", path, &[], b"")
    }
    pub fn post(&self, path: &str, body: &[u8]) -> Answered {
        self.ask_with("POST", path, &[("Content-Type", "application/json")], body)
    }
    pub fn json(&self, path: &str) -> Value {
        let answered = self.get(path);
        assert_eq!(answered.status, 200, "{path}: {}", answered.text());
        answered.json()
    }
    pub fn ask_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answered {
        let more: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.send(method, path, &self.address.to_string(), &more, body)
    }
    pub fn ask(&self, method: &str, path: &str, host: &str, body: &[u8]) -> Answered {
        self.send(method, path, host, "", body)
    }

    /// HTTP/1.0: no chunks to put together, and the connection ends with the answer.
    fn send(&self, method: &str, path: &str, host: &str, more: &str, body: &[u8]) -> Answered {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {host}\r\n{more}Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        // A server that refuses a long body may close before all of it is sent.
        drop(stream.write_all(body));
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status");
        Answered { status, head, body: bytes[end + 4..].to_vec() }
    }

    pub fn follow(&self, path: &str) -> Stream {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        let head = format!("GET {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(head.as_bytes()).expect("sent");
        Stream(BufReader::new(stream))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Server-sent events.
pub struct Stream(BufReader<TcpStream>);

impl Stream {
    /// The size in the next event; nothing when the stream has ended.
    pub fn next_size(&mut self) -> Option<u64> {
        let mut line = String::new();
        while self.0.read_line(&mut line).is_ok_and(|count| count > 0) {
            if let Some(data) = line.strip_prefix("data:") {
                let told: Value = serde_json::from_str(data.trim()).expect("JSON");
                return told["size"].as_u64();
            }
            line.clear();
        }
        None
    }
}
