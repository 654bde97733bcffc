//! The lines that a device prints. Not `core::fmt`, which is several KiB of firmware by itself.

use redplane_core::count::{Counters, Event, Reason};

use crate::Output;

/// Takes text.
pub trait Sink {
    /// Appends.
    fn text(&mut self, text: &str);
}

/// What has been counted so far, and where lines go.
pub(crate) struct Report<'s, S> {
    sink: &'s mut S,
    counted: Counters,
}

impl<'s, S: Sink> Report<'s, S> {
    pub(crate) fn new(sink: &'s mut S) -> Self {
        Self { sink, counted: Counters::new() }
    }

    /// The line of an output that the script's line caused.
    pub(crate) fn output(&mut self, line: u32, output: Output<'_>) {
        self.number(line);
        match output {
            Output::Forward { port, bytes } => self.text(" forward ").number(port.into()).bytes(bytes),
            Output::Store { bytes } => self.text(" store").bytes(bytes),
            Output::Punt { port, reason, bytes } => {
                self.text(" punt ").number(port.into()).text(" ").text(reason.name()).bytes(bytes)
            }
            Output::Drop { reason } => self.text(" drop ").text(reason.name()),
            Output::Broken { what, bytes } => self.text(" broken ").text(what).bytes(bytes),
        };
        self.text("\n");
    }

    /// The line of what the script's line has counted, if it has counted anything.
    pub(crate) fn counts(&mut self, line: u32, counters: &Counters) {
        let counted_before = core::mem::replace(&mut self.counted, counters.clone());
        let mut begun = false;
        for (name, before, after) in pairs(&counted_before, counters) {
            let counted = after.wrapping_sub(before);
            if counted == 0 {
                continue;
            }
            if !begun {
                self.number(line).text(" counts");
                begun = true;
            }
            self.text(" ").text(name).text(" ").number(counted);
        }
        if begun {
            self.text("\n");
        }
    }

    /// The last lines: all counters.
    pub(crate) fn totals(&mut self) {
        let counters = self.counted.clone();
        for (name, _, total) in pairs(&Counters::new(), &counters).filter(|(_, _, total)| *total > 0) {
            self.text("total ").text(name).text(" ").number(total).text("\n");
        }
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.sink.text(text);
        self
    }

    fn number(&mut self, number: u32) -> &mut Self {
        if number >= 10 {
            self.number(number / 10);
        }
        self.digit((number % 10) as u8)
    }

    /// A space and the bytes; no space behind nothing.
    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        if !bytes.is_empty() {
            self.text(" ");
        }
        for byte in bytes {
            self.digit(byte >> 4).digit(byte & 0xf);
        }
        self
    }

    fn digit(&mut self, digit: u8) -> &mut Self {
        const DIGITS: &str = "0123456789abcdef";
        let at = usize::from(digit);
        self.text(DIGITS.get(at..=at).unwrap_or("?"))
    }
}

/// Each counter's name with its values in both.
fn pairs<'a>(
    before: &'a Counters,
    after: &'a Counters,
) -> impl Iterator<Item = (&'static str, u32, u32)> + 'a {
    let reasons =
        Reason::ALL.iter().map(|reason| (reason.name(), before.reason(*reason), after.reason(*reason)));
    let events = Event::ALL.iter().map(|event| (event.name(), before.event(*event), after.event(*event)));
    reasons.chain(events)
}
