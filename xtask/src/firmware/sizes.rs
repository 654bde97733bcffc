//! What an image takes of a soft core's memories, beside its limits.

use anyhow::{Result, bail};

use super::image::{Image, Kind, Symbol};

const KIB: u64 = 1024;

/// Flow slots that the images are built with.
const FLOWS: u64 = 512;

/// The static that holds them.
const ROWS: &str = "::ROWS";

/// Data memories that flows are counted for: that of a Rosebud core, and larger ones.
const REGIONS_KIB: [u64; 4] = [32, 64, 256, 1024];

/// A figure and what it may be at most.
struct Limit {
    what: &'static str,
    figure: u64,
    limit: u64,
}

/// What a linked file takes, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    code: u64,
    constants: u64,
    state: u64,
    /// Of which flow slots.
    rows: u64,
    packets: u64,
}

impl Sizes {
    /// Of an image.
    pub(crate) fn of(image: &Image) -> Self {
        let is_rows = |symbol: &&Symbol| symbol.kind == Kind::State && symbol.name.ends_with(ROWS);
        Self {
            code: image.bytes(Kind::Code),
            constants: image.bytes(Kind::Constants),
            state: image.bytes(Kind::State),
            rows: image.symbols().iter().filter(is_rows).map(|symbol| symbol.size).sum(),
            packets: image.bytes(Kind::Packets),
        }
    }

    /// The table's heading, for rows as [`Sizes::row`] makes them.
    pub(crate) const HEADING: &str = "\
| what | target | code | constants | static RAM | of it flow slots | packet memory |
| --- | --- | ---: | ---: | ---: | ---: | ---: |";

    /// As a row of the table.
    pub(crate) fn row(&self, what: &str, target: &str) -> String {
        let Self { code, constants, state, rows, packets } = self;
        format!("| {what} | {target} | {code} | {constants} | {state} | {rows} | {packets} |")
    }

    /// How many flows fit into data memories of several sizes, beside what else the image keeps there; stack not counted.
    pub(crate) fn flows(&self) -> String {
        let slot = self.rows / FLOWS;
        let rest = self.state - self.rows;
        let fit = REGIONS_KIB.map(|region| {
            let fit = (region * KIB).saturating_sub(rest).checked_div(slot).unwrap_or(0);
            // The table is a power of two.
            let flows = fit.checked_ilog2().map_or(0, |bits| 1 << bits);
            format!("{flows} in {region} KiB")
        });
        format!("{slot} bytes a flow and {rest} once: at most {} flows", fit.join(", "))
    }

    /// Compares the NAT's image, and the library alone, with their limits on riscv32imc.
    ///
    /// # Errors
    /// One is broken.
    pub(crate) fn judge(&self, library: &Self) -> Result<()> {
        let limits = [
            Limit { what: "code of the NAT's image", figure: self.code, limit: 40 * KIB },
            Limit { what: "static RAM of the NAT's image", figure: self.state, limit: 32 * KIB },
            Limit { what: "code of the library", figure: library.code, limit: 24 * KIB },
            Limit { what: "static RAM of the library", figure: library.state, limit: 0 },
        ];
        let broken: Vec<String> = limits
            .iter()
            .filter(|limit| limit.figure > limit.limit)
            .map(|limit| format!("{}: {} bytes, limit {}", limit.what, limit.figure, limit.limit))
            .collect();
        if !broken.is_empty() {
            bail!("too large: {}", broken.join("; "));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FITS: Sizes =
        Sizes { code: 40 * KIB, constants: 0, state: 32 * KIB, rows: 24 * KIB, packets: 1 << 20 };

    const LIBRARY: Sizes = Sizes { code: 24 * KIB, constants: 0, state: 0, rows: 0, packets: 0 };

    #[test]
    fn image_at_its_limits_passes_and_a_byte_more_is_named() {
        FITS.judge(&LIBRARY).unwrap();
        let error = |image: Sizes, library: Sizes| image.judge(&library).unwrap_err().to_string();
        assert!(
            error(Sizes { code: FITS.code + 1, ..FITS }, LIBRARY).contains("image: 40961 bytes, limit 40960")
        );
        assert!(error(Sizes { state: FITS.state + 1, ..FITS }, LIBRARY).contains("image: 32769 bytes"));
        assert!(error(FITS, Sizes { code: LIBRARY.code + 1, ..LIBRARY }).contains("library: 24577 bytes"));
        assert!(error(FITS, Sizes { state: 1, ..LIBRARY }).contains("library: 1 bytes, limit 0"));
    }

    #[test]
    fn flows_that_fit_are_a_power_of_two_beside_the_rest() {
        // 48 bytes a flow and 8 KiB once: 24 KiB are left of 32, which is 512 flows exactly.
        assert!(FITS.flows().contains("512 in 32 KiB, 1024 in 64 KiB"), "{}", FITS.flows());
        let larger = Sizes { state: FITS.state + 1, ..FITS };
        assert!(larger.flows().contains("256 in 32 KiB"), "{}", larger.flows());
    }
}
