//! Where the store is: options that become a shard map.

use std::net::SocketAddr;
use std::path::PathBuf;

use redplane_store::map::ShardMap;

use crate::exit::{Kind, OrExit};

/// Options that say where the store is.
#[derive(Debug, clap::Args)]
pub(crate) struct Stores {
    /// Where the store's first shard listens; of a store with replicas up to four addresses, with commas between them. The switch finds
    /// out which one serves.
    #[arg(long, value_name = "ADDR:PORT,…", value_delimiter = ',', required_unless_present = "map")]
    store: Vec<SocketAddr>,

    /// Number of the store's shards, as the store has it. They are on the ports above the first.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, conflicts_with = "map")]
    shards: u16,

    /// Where each shard is, instead of --store and --shards: {"version": 1, "shards": [["10.0.0.1:8000", "10.0.0.2:8000"], …]},
    /// the same file as the store's.
    #[arg(long, value_name = "FILE", conflicts_with = "store")]
    map: Option<PathBuf>,
}

impl Stores {
    /// The map of a store's shards.
    ///
    /// # Errors
    /// The file cannot be used, or the options are not those of a map.
    pub(crate) fn map(&self) -> anyhow::Result<ShardMap> {
        match &self.map {
            Some(path) => ShardMap::read(path).or_exit(Kind::Input),
            None => ShardMap::consecutive(&self.store, self.shards).or_exit(Kind::Usage),
        }
    }
}

/// A map as a log has it: its version, and the replicas of the first shard.
pub(super) fn in_words(map: &ShardMap) -> String {
    let replicas: Vec<_> = map.shards().iter().take(1).flatten().map(SocketAddr::to_string).collect();
    let (version, shards) = (map.version(), map.shards().len());
    format!("{} (map version {version}, {shards} shards)", replicas.join(", "))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        stores: Stores,
    }

    fn parse(words: &str) -> Result<ShardMap, String> {
        let line = Line::try_parse_from(["switch"].into_iter().chain(words.split_whitespace()));
        line.map_err(|error| error.to_string())?.stores.map().map_err(|error| error.to_string())
    }

    fn addresses(map: &ShardMap) -> Vec<Vec<String>> {
        map.shards().iter().map(|shard| shard.iter().map(SocketAddr::to_string).collect()).collect()
    }

    #[test]
    fn one_store_has_one_replica_of_each_shard() {
        let map = parse("--store 127.0.0.1:8000 --shards 2").unwrap();
        assert_eq!(addresses(&map), [["127.0.0.1:8000"], ["127.0.0.1:8001"]]);
        assert_eq!(in_words(&map), "127.0.0.1:8000 (map version 0, 2 shards)");
    }

    #[test]
    fn stores_in_a_list_have_replicas_of_each_shard() {
        let map = parse("--store 10.0.0.1:8000,10.0.0.2:8000,[::1]:9000 --shards 2").unwrap();
        let expected = [
            ["10.0.0.1:8000", "10.0.0.2:8000", "[::1]:9000"],
            ["10.0.0.1:8001", "10.0.0.2:8001", "[::1]:9001"],
        ];
        assert_eq!(addresses(&map), expected);
    }

    #[test]
    fn map_in_a_file_is_read() {
        let file = std::env::temp_dir().join(format!("redplane-map-{}.json", std::process::id()));
        std::fs::write(&file, r#"{"version": 9, "shards": [["10.0.0.1:8000"], ["10.0.0.2:9000"]]}"#).unwrap();
        let map = parse(&format!("--map {}", file.display()));
        std::fs::remove_file(&file).unwrap();
        let map = map.unwrap();
        assert_eq!(
            (map.version(), addresses(&map)),
            (9, vec![vec!["10.0.0.1:8000".into()], vec!["10.0.0.2:9000".into()]])
        );
    }

    #[test]
    fn options_that_make_no_map_are_refused() {
        let five = ["10.0.0.1:1"; 5].join(",");
        for (words, expected) in [
            (String::new(), "--store"),
            ("--map m.json --store 10.0.0.1:1".into(), "cannot be used with"),
            ("--map m.json --shards 2".into(), "cannot be used with"),
            ("--map no/such/file.json".into(), "no/such/file.json"),
            ("--store 10.0.0.1:1 --shards 0".into(), "at least one shard"),
            (format!("--store {five}"), "give it from 1 to 4"),
            ("--store 10.0.0.1:1,10.0.0.1:1".into(), "stands twice"),
            ("--store 10.0.0.1:65535 --shards 2".into(), "go beyond port 65535"),
            ("--store 10.0.0.1".into(), "invalid value"),
        ] {
            let error = parse(&words).unwrap_err();
            assert!(error.contains(expected), "{words}: {error}");
        }
    }
}
