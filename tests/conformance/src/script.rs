//! A script's text, taken apart.

use core::net::Ipv4Addr;

use redplane_apps::Nat44;
use redplane_core::field::PROGRAM_PARAMS;
use redplane_core::seq::Incarnation;
use redplane_core::switch::{Config, Snapshots};
use redplane_core::time::{Span, Tick};

use crate::{BYTES_MAX, INSIDE, OUTSIDE};

/// A line that says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Its number, from 1 on.
    pub line: u32,
    /// What should stand there.
    pub expected: &'static str,
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "line {}: expected {}", self.line, self.expected)
    }
}

impl core::error::Error for Error {}

/// The program of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// [`redplane_apps::Counter`].
    Counter,
    /// [`Nat44`].
    Nat,
}

/// A script whose set-up has been read.
#[derive(Clone, Copy, Debug)]
pub struct Script<'t> {
    /// What runs.
    pub program: Program,
    /// Flow slots.
    pub slots: usize,
    /// Places in the mirror queue.
    pub copies: usize,
    /// How the switch is set up.
    pub config: Config,
    /// When it starts.
    pub start: Tick,
    set_up: &'t str,
    steps: Lines<'t>,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'t> {
    /// The number of its line.
    pub line: u32,
    /// When.
    pub at: Tick,
    /// What.
    pub deed: Deed<'t>,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed<'t> {
    /// A frame comes in by a port.
    Packet {
        /// The port.
        port: u16,
        /// The frame.
        frame: Hex<'t>,
    },
    /// A message comes from the store.
    Message(Hex<'t>),
    /// The device is polled until it sends nothing.
    Poll,
    /// The operator wants all leases handed back.
    GiveUpAll,
}

impl<'t> Script<'t> {
    /// Reads a script's set-up.
    ///
    /// # Errors
    /// The first line that is not as it should be.
    pub fn read(text: &'t str) -> Result<Self, Error> {
        let mut lines = Lines::of(text);
        lines.field("redplane-conformance", "redplane-conformance 1", |version| {
            (version == "1").then_some(())
        })?;
        let program = "program counter, or program nat ADDRESS/BITS";
        let (program, params) = lines.field("program", program, program_of)?;
        let slots = lines.field("slots", "slots N, a power of two, 4 at least", |slots| {
            slots.parse().ok().filter(|slots: &usize| slots.is_power_of_two() && *slots >= 4)
        })?;
        let copies = lines.field("copies", "copies N, 1 at least", |copies| {
            copies.parse().ok().filter(|copies| *copies > 0)
        })?;
        let switch_id = lines.field("switch", "switch N", |number| number.parse().ok())?;
        let incarnation = lines.field("incarnation", "incarnation N", |number| number.parse().ok())?;
        let mut span = |key, expected| {
            lines.field(key, expected, |ticks| {
                let ticks = ticks.parse().ok().filter(|ticks| *ticks <= Span::MAX.ticks())?;
                Some(Span::from_ticks(ticks))
            })
        };
        let config = Config {
            switch_id,
            incarnation: Incarnation::new(incarnation),
            lease_period: span("lease", "lease TICKS")?,
            guard: span("guard", "guard TICKS")?,
            resend_after: span("resend", "resend TICKS")?,
            resend_max: span("resend-max", "resend-max TICKS")?,
            silence: span("silence", "silence TICKS")?,
            open: Span::from_ticks(0),
            snapshots: Snapshots::DEFAULT,
            program: params,
        };
        let start = lines.field("start", "start TICK", |tick| tick.parse().ok().map(Tick::new))?;
        let mut steps = lines;
        while lines.field("not-for", "", |_| Some(())).is_ok() {
            steps = lines;
        }
        let set_up = text.strip_suffix(steps.left).unwrap_or(text);
        Ok(Self { program, slots, copies, config, start, set_up, steps })
    }

    /// Why this machine need not run it; `None` if it must.
    pub fn exempts(&self, machine: &str) -> Option<&'t str> {
        let exemptions = self.set_up.lines().filter_map(|line| line.strip_prefix("not-for "));
        exemptions
            .filter_map(|line| line.split_once(' '))
            .find(|(name, _)| *name == machine)
            .map(|(_, why)| why)
    }

    /// What happens, in order; an error is the last item.
    pub fn steps(&self) -> impl Iterator<Item = Result<Step<'t>, Error>> + use<'t> {
        let mut lines = self.steps;
        let mut failed = false;
        core::iter::from_fn(move || {
            let (line, text) = lines.next().filter(|_| !failed)?;
            let step = step_of(line, text).ok_or(Error {
                line,
                expected: "at TICK and packet PORT HEX, message HEX, poll or give-up-all",
            });
            failed = step.is_err();
            Some(step)
        })
    }
}

/// What lines are left, and the number of the first of them.
#[derive(Clone, Copy, Debug)]
struct Lines<'t> {
    left: &'t str,
    next: u32,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Self {
        Self { left: text, next: 1 }
    }

    /// The next line that says something.
    fn next(&mut self) -> Option<(u32, &'t str)> {
        while !self.left.is_empty() {
            let (line, left) = self.left.split_once('\n').unwrap_or((self.left, ""));
            let number = self.next;
            (self.left, self.next) = (left, number + 1);
            if !line.is_empty() && !line.starts_with('#') {
                return Some((number, line));
            }
        }
        None
    }

    /// Reads a line of the set-up.
    fn field<T>(
        &mut self,
        key: &str,
        expected: &'static str,
        read: impl FnOnce(&'t str) -> Option<T>,
    ) -> Result<T, Error> {
        let (line, text) = self.next().ok_or(Error { line: self.next, expected })?;
        let value = text.split_once(' ').filter(|(word, _)| *word == key);
        value.and_then(|(_, value)| read(value)).ok_or(Error { line, expected })
    }
}

fn program_of(text: &str) -> Option<(Program, [u32; PROGRAM_PARAMS])> {
    if text == "counter" {
        return Some((Program::Counter, [0; PROGRAM_PARAMS]));
    }
    let (address, bits) = text.strip_prefix("nat ")?.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let bits = bits.parse().ok().filter(|bits| *bits <= 32)?;
    Some((Program::Nat, Nat44::params(address.octets(), bits)))
}

fn step_of(line: u32, text: &str) -> Option<Step<'_>> {
    let mut words = text.split(' ');
    if words.next() != Some("at") {
        return None;
    }
    let at = Tick::new(words.next()?.parse().ok()?);
    let deed = match words.next()? {
        "packet" => {
            let port = words.next()?.parse().ok().filter(|port| [INSIDE, OUTSIDE].contains(port))?;
            // A frame of no bytes has no digits to stand for it.
            Deed::Packet { port, frame: Hex::of(words.next().unwrap_or(""))? }
        }
        "message" => Deed::Message(Hex::of(words.next().unwrap_or(""))?),
        "poll" => Deed::Poll,
        "give-up-all" => Deed::GiveUpAll,
        _ => return None,
    };
    words.next().is_none().then_some(Step { line, at, deed })
}

/// Bytes as hexadecimal digits: an even number of them, for at most [`BYTES_MAX`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hex<'t>(&'t [u8]);

impl<'t> Hex<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let digits = text.as_bytes();
        let fits = digits.len().is_multiple_of(2) && digits.len() / 2 <= BYTES_MAX;
        (fits && digits.iter().all(u8::is_ascii_hexdigit)).then_some(Self(digits))
    }

    /// The bytes.
    pub fn decode<'m>(&self, memory: &'m mut [u8; BYTES_MAX]) -> &'m [u8] {
        let (pairs, _) = self.0.as_chunks::<2>();
        for (byte, [high, low]) in memory.iter_mut().zip(pairs) {
            *byte = value(*high) << 4 | value(*low);
        }
        memory.get(..pairs.len()).unwrap_or_default()
    }
}

fn value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        // Letters of both cases have their place in the alphabet in the lower five bits.
        _ => (digit & 0x1f) + 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET_UP: &str = "# comment\nredplane-conformance 1\nprogram nat 203.0.113.1/24\nslots 16\n\ncopies 8\nswitch 1\n\
        incarnation 2\nlease 4000\nguard 40\nresend 400\nresend-max 1600\nsilence 12000\nstart 4294967295\n";

    /// The set-up has 14 lines.
    fn with(rest: &str) -> std::string::String {
        [SET_UP, rest].concat()
    }

    extern crate std;

    #[test]
    fn set_up_is_read() {
        let script = Script::read(SET_UP).unwrap();
        assert_eq!((script.program, script.slots, script.copies), (Program::Nat, 16, 8));
        assert_eq!((script.start, script.steps().count()), (Tick::new(u32::MAX), 0));
        let Config { switch_id, incarnation, lease_period, guard, program, .. } = script.config;
        assert_eq!((switch_id, incarnation), (1, Incarnation::new(2)));
        assert_eq!((lease_period.ticks(), guard.ticks()), (4000, 40));
        assert_eq!(program, Nat44::params([203, 0, 113, 0], 24));
    }

    #[test]
    fn set_up_that_misses_a_line_names_it() {
        for (number, missing) in (1u32..).zip(SET_UP.lines()) {
            if missing.is_empty() || missing.starts_with('#') {
                continue;
            }
            let text = SET_UP.replace(missing, "# nothing");
            let error = Script::read(&text).unwrap_err();
            let key = missing.split(' ').next().unwrap();
            assert!(error.line > number && error.expected.contains(key), "{missing}: {error}");
        }
    }

    #[test]
    fn set_up_with_a_wrong_number_names_its_line() {
        for (right, wrong, line) in [
            ("conformance 1", "conformance 2", 2),
            ("nat 203.0.113.1/24", "nat 203.0.113.1/33", 3),
            ("nat 203.0.113.1/24", "firewall", 3),
            ("slots 16", "slots 12", 4),
            ("slots 16", "slots 2", 4),
            ("copies 8", "copies 0", 6),
            ("switch 1", "switch 65536", 7),
            ("lease 4000", "lease -1", 9),
            ("start 4294967295", "start 4294967296", 14),
        ] {
            assert_eq!(Script::read(&SET_UP.replace(right, wrong)).unwrap_err().line, line, "{wrong}");
        }
    }

    #[test]
    fn steps_have_their_lines_and_bytes() {
        let text = with(
            "not-for pipeline make-room\n# new\nat 1 packet 1 00fF7a\nat 2 message\n\nat 3 poll\nat 4 give-up-all",
        );
        let script = Script::read(&text).unwrap();
        assert_eq!(script.exempts("pipeline"), Some("make-room"));
        assert_eq!(script.exempts("native"), None);
        let steps: std::vec::Vec<_> = script.steps().map(Result::unwrap).collect();
        let lines: std::vec::Vec<_> = steps.iter().map(|step| (step.line, step.at.raw())).collect();
        assert_eq!(lines, [(17, 1), (18, 2), (20, 3), (21, 4)]);
        let Deed::Packet { port: 1, frame } = steps[0].deed else { panic!("{:?}", steps[0]) };
        assert_eq!(frame.decode(&mut [0; BYTES_MAX]), [0x00, 0xff, 0x7a]);
        let Deed::Message(message) = steps[1].deed else { panic!("{:?}", steps[1]) };
        assert_eq!(message.decode(&mut [0; BYTES_MAX]), []);
        assert_eq!([steps[2].deed, steps[3].deed], [Deed::Poll, Deed::GiveUpAll]);
    }

    #[test]
    fn line_that_is_no_step_is_an_error_and_the_last_item() {
        for wrong in [
            "at 1 packet 2 00",
            "at 1 packet 0 0",
            "at 1 packet 0 0g",
            "at x poll",
            "at 1 poll now",
            "at 1",
            "poll",
            "start 4",
        ] {
            let text = with(&std::format!("at 1 poll\n{wrong}\nat 2 poll\n"));
            let script = Script::read(&text).unwrap();
            let steps: std::vec::Vec<_> = script.steps().collect();
            assert_eq!(steps.len(), 2, "{wrong}");
            assert_eq!(steps[1].unwrap_err().line, 16, "{wrong}");
        }
        let long = with(&std::format!("at 1 message {}", "00".repeat(BYTES_MAX + 1)));
        assert!(Script::read(&long).unwrap().steps().any(|step| step.is_err()));
    }
}
