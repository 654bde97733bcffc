//! What a shard map must be, and what it says when it is not.

use super::*;

fn error(text: &str) -> String {
    text.parse::<ShardMap>().unwrap_err().to_string()
}

fn shards(list: &str) -> String {
    format!(r#"{{"version": 1, "shards": {list}}}"#)
}

fn address(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[test]
fn map_written_down_is_read_in_its_order() {
    let text = shards(r#"[["10.0.0.2:8000", "10.0.0.1:8000", "[2001:db8::1]:8000"], ["10.0.0.1:9000"]]"#);
    let map: ShardMap = text.parse().unwrap();
    assert_eq!(map.version(), 1);
    let first = ["10.0.0.2:8000", "10.0.0.1:8000", "[2001:db8::1]:8000"].map(address).to_vec();
    assert_eq!(map.shards(), [first, vec![address("10.0.0.1:9000")]]);
}

#[test]
fn key_goes_to_the_shard_of_its_crc() {
    let map = ShardMap::consecutive(&[address("127.0.0.1:8000")], 5).unwrap();
    for key in 0..100 {
        assert_eq!(map.shard_of(&[key, 7]), shard_of(&[key, 7], 5));
    }
}

#[test]
fn servers_in_a_list_have_all_shards_on_consecutive_ports() {
    let servers = [address("10.0.0.1:8000"), address("[::1]:9000")];
    let map = ShardMap::consecutive(&servers, 2).unwrap();
    assert_eq!(map.version(), 0);
    let expected =
        [["10.0.0.1:8000", "[::1]:9000"], ["10.0.0.1:8001", "[::1]:9001"]].map(|shard| shard.map(address));
    assert_eq!(map.shards(), expected);
}

#[test]
fn servers_whose_ports_or_shards_do_not_suffice_are_refused() {
    let server = |port| SocketAddr::from(([10, 0, 0, 1], port));
    let refused = |servers: &[SocketAddr], shards| ShardMap::consecutive(servers, shards).unwrap_err();
    assert!(matches!(
        refused(&[server(8000), server(65_534)], 3),
        MapError::Ports { first: 65_534, shards: 3 }
    ));
    assert!(ShardMap::consecutive(&[server(65_534)], 2).is_ok());
    assert!(matches!(refused(&[server(8000)], 0), MapError::Shards(0)));
    assert!(matches!(refused(&[], 1), MapError::Replicas { shard: 0, replicas: 0 }));
    // The second server's first shard is where the first one's second is.
    let first = Place { shard: 0, replica: 1 };
    assert!(
        matches!(refused(&[server(8000), server(8001)], 2), MapError::Twice { first: at, .. } if at == first)
    );
}

#[test]
fn map_with_anything_wrong_says_what_and_where() {
    let too_many = shards(&format!("[{}]", vec!["[\"10.0.0.1:1\"]"; 65_536].join(",")));
    let table = [
        (shards("[]"), "a shard map has at least one shard"),
        (too_many, "65536 shards are too many: a store has at most 65535"),
        (shards(r#"[["10.0.0.1:1"], []]"#), "shard 1 has 0 replicas: give it from 1 to 4"),
        (
            shards(r#"[["10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1", "10.0.0.5:1"]]"#),
            "shard 0 has 5 replicas: give it from 1 to 4",
        ),
        (
            shards(r#"[["10.0.0.1:1", "10.0.0.2:1"], ["10.0.0.3:1", "10.0.0.2:1"]]"#),
            "10.0.0.2:1 stands twice in the map, as replica 1 of shard 0 and as replica 1 of shard 1",
        ),
        (shards(r#"[["10.0.0.1:1", "10.0.0.1:1"]]"#), "as replica 0 of shard 0 and as replica 1 of shard 0"),
        (shards(r#"[["0.0.0.0:1"]]"#), "nothing can be sent to 0.0.0.0:1, replica 0 of shard 0"),
        (shards(r#"[["[::]:1"]]"#), "nothing can be sent to [::]:1"),
        (shards(r#"[["224.0.0.1:1"]]"#), "nothing can be sent to 224.0.0.1:1"),
        (
            shards(r#"[["10.0.0.1:1"], ["10.0.0.1:0"]]"#),
            "nothing can be sent to 10.0.0.1:0, replica 0 of shard 1",
        ),
        (shards(r#"[["store-1:8000"]]"#), "invalid socket address syntax"),
        (r#"{"version": 0, "shards": [["10.0.0.1:1"]]}"#.into(), "version begins at 1"),
        (r#"{"version": -1, "shards": [["10.0.0.1:1"]]}"#.into(), "not a shard map: invalid value"),
        (r#"{"shards": [["10.0.0.1:1"]]}"#.into(), "missing field `version`"),
        (r#"{"version": 1}"#.into(), "missing field `shards`"),
        (r#"{"version": 1, "shards": [["10.0.0.1:1"]], "shard": 1}"#.into(), "unknown field `shard`"),
        ("".into(), "not a shard map: EOF"),
        (shards(r#"[["10.0.0.1:1"]]"#) + "{}", "trailing characters"),
    ];
    for (text, expected) in table {
        let said = error(&text);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn file_that_is_not_there_is_named() {
    let error = ShardMap::read(Path::new("no/such/map.json")).unwrap_err();
    assert!(error.to_string().starts_with("cannot read the shard map no/such/map.json: "), "{error}");
}
