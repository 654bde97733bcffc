//! Reads the examples out of `docs/wire-format.md`.

/// The document.
pub(crate) const TEXT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/wire-format.md"));

/// An example: a datagram, and what its messages print as.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// One line for each message.
    pub printed: Vec<String>,
    /// The datagram's payload.
    pub bytes: Vec<u8>,
}

/// All examples, in the document's order.
pub(crate) fn examples() -> Vec<Example> {
    let mut found = vec![];
    let mut lines = TEXT.lines();
    while lines.by_ref().any(|line| line == "```hex") {
        let mut example = Example { printed: vec![], bytes: vec![] };
        for line in lines.by_ref().take_while(|line| *line != "```") {
            // A line that names a schema is a printing; every other is hex, with a comment behind it.
            if line.contains(" schema=") {
                example.printed.push(line.to_owned());
                continue;
            }
            let hex: String = line.split('#').next().unwrap_or("").split_whitespace().collect();
            let bytes = hex.as_bytes().chunks(2).map(|pair| {
                let pair = std::str::from_utf8(pair).unwrap();
                u8::from_str_radix(pair, 16).unwrap_or_else(|_| panic!("{pair:?} is not hex in {line:?}"))
            });
            example.bytes.extend(bytes);
        }
        found.push(example);
    }
    found
}
