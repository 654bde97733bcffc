//! Instructions per packet on the soft core, as the image `measure` counts them, with the share that RedPlane adds.

use anyhow::{Context, Result, bail};

/// Instructions that RedPlane may add to a packet that only reads.
const READ_MAX: u32 = 60;

/// The figure that the limit is about.
const READ: &str = "NAT44, packet that reads";

/// A line of the image.
#[derive(Debug, PartialEq, Eq)]
struct Figure<'a> {
    what: &'a str,
    /// The same without RedPlane, where there is such a thing.
    plain: Option<u32>,
    redplane: u32,
}

/// Prints what the image printed as a table for documentation, and compares with the limit.
///
/// # Errors
/// The image printed something else, or the limit is broken.
pub(super) fn judge(printed: &str) -> Result<()> {
    let figures: Vec<Figure<'_>> = printed
        .lines()
        .map(|line| parse(line).with_context(|| format!("no figure: `{line}`")))
        .collect::<Result<_>>()?;
    println!(
        "\nInstructions:\n| riscv32imc | without | with RedPlane | difference |\n| --- | ---: | ---: | ---: |"
    );
    figures.iter().for_each(|figure| println!("{}", row(figure)));
    let read =
        figures.iter().find(|figure| figure.what == READ).with_context(|| format!("no figure of {READ}"))?;
    let added = added(read).with_context(|| format!("nothing to compare {READ} with"))?;
    if added > i64::from(READ_MAX) {
        bail!("{READ}: RedPlane adds {added} instructions, limit {READ_MAX}");
    }
    Ok(())
}

fn added(figure: &Figure<'_>) -> Option<i64> {
    Some(i64::from(figure.redplane) - i64::from(figure.plain?))
}

fn row(figure: &Figure<'_>) -> String {
    let plain = figure.plain.map(|plain| plain.to_string()).unwrap_or_default();
    let added = added(figure).map(|added| format!("{added:+}")).unwrap_or_default();
    format!("| {} | {plain} | {} | {added} |", figure.what, figure.redplane)
}

fn parse(line: &str) -> Option<Figure<'_>> {
    let (what, numbers) = line.split_once(": ")?;
    match numbers.split_once(", with RedPlane ") {
        Some((plain, redplane)) => {
            let plain = plain.strip_prefix("plain ")?.parse().ok()?;
            Some(Figure { what, plain: Some(plain), redplane: redplane.parse().ok()? })
        }
        None => Some(Figure { what, plain: None, redplane: numbers.parse().ok()? }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_figures() {
        let read = Figure { what: READ, plain: Some(700), redplane: 755 };
        assert_eq!(parse("NAT44, packet that reads: plain 700, with RedPlane 755"), Some(read));
        assert_eq!(parse("ack: 600"), Some(Figure { what: "ack", plain: None, redplane: 600 }));
        assert_eq!(parse("fault: panic"), None);
    }

    #[test]
    fn read_at_its_limit_passes_and_an_instruction_more_is_named() {
        judge("NAT44, packet that reads: plain 700, with RedPlane 760\nack: 600\n").unwrap();
        let error = judge("NAT44, packet that reads: plain 700, with RedPlane 761\n").unwrap_err();
        assert!(error.to_string().contains("adds 61 instructions, limit 60"), "{error}");
        assert!(judge("ack: 600\n").is_err(), "the figure is missing");
    }
}
