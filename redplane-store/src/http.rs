//! The metrics endpoint: four pages over HTTP, and nothing else.
//!
//! | page | is |
//! | --- | --- |
//! | `/metrics` | all numbers, for Prometheus |
//! | `/healthz` | 200: the process lives |
//! | `/readyz` | 200 if the store does its part, else 503 with the reason |
//! | `/status` | what `redplane store status` shows, as JSON |
//!
//! One thread, one connection at a time, one request per connection, everything bounded: the request's head by
//! `HEAD_LEN_MAX` bytes and the whole exchange by `EXCHANGE_TIME`. A request's body is never read into memory,
//! whatever length it announces. This is written by hand because it shares a process with the shards: tiny_http
//! 0.12, the small server crate at hand, allocates as many bytes as a request's `Content-Length` claims when it
//! discards the body, so one request could abort the store.
//!
//! Contract: dropping the server ends its thread and closes the port, within `STOP_CHECK` when idle. A failing
//! client is its own problem; a failing `accept` is logged and tried again. Limits: no TLS and no passwords, so
//! bind it to a management address; a slow client delays others by up to the time of one exchange.

use socket2::SockRef;
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longest request line with headers that is read, in bytes. Scrapers send some hundred.
const HEAD_LEN_MAX: usize = 8192;

/// How long one client may keep the server, from being accepted to having closed.
const EXCHANGE_TIME: Duration = Duration::from_secs(2);

/// How often the idle server looks whether it shall end.
const STOP_CHECK: Duration = Duration::from_millis(100);

/// The content type of Prometheus' text format.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";
const PLAIN_TYPE: &str = "text/plain; charset=utf-8";
const JSON_TYPE: &str = "application/json";

/// What the pages say. Called on the endpoint's thread, once for each request.
pub trait Pages: Send + 'static {
    /// Appends the text of the metrics.
    fn metrics(&mut self, out: &mut String);

    /// Whether the store does its part.
    ///
    /// # Errors
    /// It does not: a sentence that says why.
    fn readiness(&mut self) -> Result<(), String>;

    /// Appends a JSON object about the store.
    fn status(&mut self, out: &mut String);
}

/// Why the endpoint could not be opened.
#[derive(Debug)]
pub struct StartError {
    address: SocketAddr,
    source: io::Error,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, source } = self;
        match source.kind() {
            io::ErrorKind::AddrInUse => {
                write!(f, "metrics address {address} is in use: choose another port for the metrics")
            }
            _ => write!(f, "cannot serve metrics at {address}: {source}"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// A running metrics endpoint; ends when dropped.
#[derive(Debug)]
pub struct MetricsServer {
    local: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl MetricsServer {
    /// Serves at `address` (port 0: any free one) from a thread of its own.
    ///
    /// # Errors
    /// The address cannot be had, or the thread not be started.
    pub fn start(address: SocketAddr, pages: impl Pages) -> Result<Self, StartError> {
        Self::open(address, pages).map_err(|source| StartError { address, source })
    }

    fn open(address: SocketAddr, pages: impl Pages) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        // On Linux this bounds `accept` as well.
        SockRef::from(&listener).set_read_timeout(Some(STOP_CHECK))?;
        let local = listener.local_addr()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stop_seen = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("metrics".to_owned())
            .spawn(move || serve(&listener, &stop_seen, pages))?;
        Ok(Self { local, stop, thread: Some(thread) })
    }

    /// Where the endpoint is, with the port the kernel chose if it was asked to.
    #[must_use]
    pub fn local_address(&self) -> SocketAddr {
        self.local
    }
}

impl Drop for MetricsServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the metrics endpoint {} had panicked", self.local);
        }
    }
}

fn serve(listener: &TcpListener, stop: &AtomicBool, mut pages: impl Pages) {
    let mut body = String::new();
    while !stop.load(Ordering::Relaxed) {
        match listener.accept() {
            Ok((stream, peer)) => {
                if let Err(error) = Exchange::new(stream).run(&mut pages, &mut body) {
                    log::debug!("metrics client {peer}: {error}");
                }
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(error) => {
                log::warn!("metrics endpoint cannot accept a client: {error}");
                // Out of descriptors, say: it would fail again at once.
                std::thread::sleep(STOP_CHECK);
            }
        }
    }
}

/// What is answered.
struct Answer {
    status: &'static str,
    content_type: &'static str,
    is_head: bool,
}

impl Answer {
    /// Decides on a request's first line and puts the answer's text into `body`.
    fn to(request_line: &[u8], pages: &mut impl Pages, body: &mut String) -> Self {
        body.clear();
        let mut words = request_line.split(|byte| *byte == b' ');
        let (method, target, version) = (words.next(), words.next(), words.next());
        let (Some(method), Some(target), Some(version)) = (method, target, version) else {
            return Self::plain("400 Bad Request", "not an HTTP request\n", body);
        };
        if !version.starts_with(b"HTTP/1.") {
            return Self::plain("505 HTTP Version Not Supported", "only HTTP/1 is spoken here\n", body);
        }
        let is_head = method == b"HEAD";
        if !is_head && method != b"GET" {
            return Self::plain("405 Method Not Allowed", "only GET and HEAD are answered\n", body);
        }
        let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
        match path {
            b"/metrics" => {
                pages.metrics(body);
                Self { status: "200 OK", content_type: METRICS_TYPE, is_head }
            }
            b"/status" => {
                pages.status(body);
                Self { status: "200 OK", content_type: JSON_TYPE, is_head }
            }
            b"/readyz" => match pages.readiness() {
                Ok(()) => Self { is_head, ..Self::plain("200 OK", "ready\n", body) },
                Err(why) => {
                    Self { is_head, ..Self::plain("503 Service Unavailable", &format!("{why}\n"), body) }
                }
            },
            b"/healthz" => Self { is_head, ..Self::plain("200 OK", "ok\n", body) },
            _ => Self {
                is_head,
                ..Self::plain("404 Not Found", "try /metrics, /healthz, /readyz or /status\n", body)
            },
        }
    }

    fn plain(status: &'static str, text: &str, body: &mut String) -> Self {
        body.push_str(text);
        Self { status, content_type: PLAIN_TYPE, is_head: false }
    }
}

/// One connection: a head is read, an answer written, the end awaited.
struct Exchange {
    stream: TcpStream,
    deadline: Instant,
}

impl Exchange {
    fn new(stream: TcpStream) -> Self {
        Self { stream, deadline: Instant::now() + EXCHANGE_TIME }
    }

    fn run(&mut self, pages: &mut impl Pages, body: &mut String) -> io::Result<()> {
        let mut buffer = [0; HEAD_LEN_MAX];
        let answer = match self.read_head(&mut buffer)? {
            Some(head) => {
                let line = head.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default();
                Answer::to(line, pages, body)
            }
            None => {
                body.clear();
                Answer::plain("431 Request Header Fields Too Large", "the request is too long\n", body)
            }
        };
        self.write(&answer, body)?;
        // Closing with something unread would reset the connection, and the client might not see the answer.
        self.stream.shutdown(Shutdown::Write)?;
        while self.read(&mut buffer)? > 0 {}
        Ok(())
    }

    /// The request up to the empty line that ends its headers; `None` if it is longer than the buffer.
    fn read_head<'a>(&mut self, buffer: &'a mut [u8]) -> io::Result<Option<&'a [u8]>> {
        let mut len = 0;
        while len < buffer.len() {
            let count = self.read(&mut buffer[len..])?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            // The end may lie across two reads: up to three bytes of it came before.
            let from = len.saturating_sub(3);
            len += count;
            if buffer[from..len].windows(4).any(|bytes| bytes == b"\r\n\r\n") {
                return Ok(Some(&buffer[..len]));
            }
        }
        Ok(None)
    }

    fn write(&mut self, answer: &Answer, body: &str) -> io::Result<()> {
        let Answer { status, content_type, is_head } = answer;
        let allow = if status.starts_with("405") { "Allow: GET, HEAD\r\n" } else { "" };
        let mut text = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n{allow}\
             Connection: close\r\n\r\n",
            body.len()
        );
        if !is_head {
            text.push_str(body);
        }
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            self.stream.set_write_timeout(Some(self.time_left()?))?;
            match self.stream.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => rest = &rest[count..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stream.set_read_timeout(Some(self.time_left()?))?;
            match self.stream.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    /// Never zero, which would mean "no limit" to the socket.
    fn time_left(&self) -> io::Result<Duration> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ready from the second question on.
    #[derive(Default)]
    struct Counts {
        scrapes: u32,
        questions: u32,
    }

    impl Pages for Counts {
        fn metrics(&mut self, out: &mut String) {
            self.scrapes += 1;
            out.push_str(&format!("scrapes {}\n", self.scrapes));
        }

        fn readiness(&mut self) -> Result<(), String> {
            self.questions += 1;
            if self.questions > 1 { Ok(()) } else { Err("waits".to_owned()) }
        }

        fn status(&mut self, out: &mut String) {
            out.push_str("{}");
        }
    }

    fn server() -> MetricsServer {
        MetricsServer::start("127.0.0.1:0".parse().unwrap(), Counts::default()).unwrap()
    }

    /// Status line, headers, body.
    fn ask(server: &MetricsServer, request: &[u8]) -> (String, String, String) {
        let mut stream = TcpStream::connect(server.local_address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(request).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let (status, headers) = head.split_once("\r\n").unwrap();
        (status.into(), headers.into(), body.into())
    }

    fn get(server: &MetricsServer, path: &str) -> (String, String, String) {
        ask(server, format!("GET {path} HTTP/1.1\r\nHost: store\r\n\r\n").as_bytes())
    }

    #[test]
    fn metrics_are_rendered_anew_for_each_scrape() {
        let server = server();
        for (path, body) in [("/metrics", "scrapes 1\n"), ("/metrics?x=1", "scrapes 2\n")] {
            let (status, headers, text) = get(&server, path);
            assert_eq!((status.as_str(), text.as_str()), ("HTTP/1.1 200 OK", body));
            assert!(headers.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8"), "{headers}");
            assert!(headers.contains("Content-Length: 10\r\n"), "{headers}");
        }
    }

    #[test]
    fn health_is_ok_and_other_paths_are_not_found() {
        let server = server();
        let (status, _, body) = get(&server, "/healthz");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", "ok\n"));
        for path in ["/", "/metricsx", "/metrics/", "*"] {
            assert_eq!(get(&server, path).0, "HTTP/1.1 404 Not Found", "{path}");
        }
    }

    #[test]
    fn store_that_is_not_ready_answers_503_with_the_reason_and_200_when_it_is() {
        let server = server();
        let (status, _, body) = get(&server, "/readyz");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 503 Service Unavailable", "waits\n"));
        let (status, _, body) = get(&server, "/readyz");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", "ready\n"));
    }

    #[test]
    fn status_is_json() {
        let (status, headers, body) = get(&server(), "/status");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", "{}"));
        assert!(headers.contains("Content-Type: application/json"), "{headers}");
    }

    #[test]
    fn head_request_gets_the_headers_alone() {
        let (status, headers, body) = ask(&server(), b"HEAD /healthz HTTP/1.0\r\n\r\n");
        assert_eq!((status.as_str(), body.as_str()), ("HTTP/1.1 200 OK", ""));
        assert!(headers.contains("Content-Length: 3"));
    }

    #[test]
    fn strange_requests_are_refused_and_the_server_goes_on() {
        let server = server();
        let long = [b"GET /metrics HTTP/1.1\r\nX: ".as_slice(), &[b'x'; HEAD_LEN_MAX]].concat();
        let cases: [(&[u8], &str); 6] = [
            (b"DELETE /metrics HTTP/1.1\r\n\r\n", "405"),
            (b"GET /metrics\r\n\r\n", "400"),
            (b"\xff\x00\r\n\r\n", "400"),
            (b"\r\n\r\n", "400"),
            (b"GET /metrics SPDY/3\r\n\r\n", "505"),
            (&long, "431"),
        ];
        for (request, status) in cases {
            assert_eq!(&ask(&server, request).0[9..12], status);
        }
        assert_eq!(get(&server, "/metrics").2, "scrapes 1\n");
    }

    #[test]
    fn huge_announced_body_costs_nothing() {
        let server = server();
        for len in [1u64 << 46, u64::MAX] {
            let mut request = format!("POST /metrics HTTP/1.1\r\nContent-Length: {len}\r\n\r\n").into_bytes();
            request.resize(request.len() + 20_000, b'x');
            assert_eq!(ask(&server, &request).0, "HTTP/1.1 405 Method Not Allowed");
        }
        assert_eq!(get(&server, "/healthz").2, "ok\n");
    }

    #[test]
    fn request_in_pieces_is_put_together() {
        let server = server();
        let mut stream = TcpStream::connect(server.local_address()).unwrap();
        stream.set_nodelay(true).unwrap();
        for piece in ["GET /hea", "lthz HTTP/1.1\r\n\r", "\n"] {
            stream.write_all(piece.as_bytes()).unwrap();
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.ends_with("\r\n\r\nok\n"), "{text}");
    }

    #[test]
    fn client_that_leaves_does_not_stop_the_server() {
        let server = server();
        drop(TcpStream::connect(server.local_address()).unwrap());
        assert_eq!(get(&server, "/healthz").2, "ok\n");
    }

    #[test]
    fn dropped_server_frees_its_port() {
        let server = server();
        let address = server.local_address();
        drop(server);
        assert!(TcpStream::connect(address).is_err());
        drop(MetricsServer::start(address, Counts::default()).unwrap());
    }

    #[test]
    fn address_in_use_is_named_in_the_error() {
        let server = server();
        let error = MetricsServer::start(server.local_address(), Counts::default()).unwrap_err();
        assert!(error.to_string().contains(&format!("{} is in use", server.local_address())), "{error}");
    }
}
