use super::*;

#[test]
fn prefix_end_is_the_first_key_behind_the_prefix() {
    assert_eq!(prefix_end(b"a/r/"), b"a/r0");
    assert_eq!(prefix_end(b"a\xff\xff"), b"b");
    assert_eq!(prefix_end(b"\xff"), b"\0");
    assert_eq!(prefix_end(b""), b"\0");
}

#[test]
fn txn_nobody_listens_is_surely_not_applied() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut client = Client::new([free.to_string()], Duration::from_secs(1));
    let outcome = client.txn(&[], &[Op::Delete(b"a")], &[]);
    assert!(matches!(outcome, Err(Error::Unreachable(_))), "{outcome:?}");
}

#[test]
fn txn_without_answer_is_unknown_and_not_sent_twice() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    let endpoints = [&silent, &other].map(|listener| listener.local_addr().unwrap().to_string());
    let mut client = Client::new(endpoints, Duration::from_millis(200));
    let outcome = client.txn(&[], &[Op::Delete(b"a")], &[]);
    assert!(matches!(outcome, Err(Error::Unknown(_))), "{outcome:?}");
    assert!(other.accept().is_err(), "the second endpoint was asked");
}

#[test]
fn range_first_endpoint_hangs_asks_the_next() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoints = [&silent, &other].map(|listener| listener.local_addr().unwrap().to_string());
    let answers = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = other.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        let body = r#"{"header":{"revision":"7"},"kvs":[{"key":"YQ==","mod_revision":"3"}]}"#;
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
    });
    let mut client = Client::new(endpoints, Duration::from_secs(1));
    let (revision, found) = client.range(b"a").unwrap();
    answers.join().unwrap();
    assert_eq!(revision, 7);
    let expected = KeyValue { key: b"a".to_vec(), value: Vec::new(), mod_revision: 3, lease: 0 };
    assert_eq!(found, [expected]);
}
