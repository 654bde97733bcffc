//! Conformance: scripts of packets, messages and times, run on every machine there is; the same comes out, byte for byte.
//!
//! A script is a file that another maker's device can be given too ([`redplane_conformance`] has the format). It is written by a
//! scenario, in which a shard of the store answers the native switch; what is expected of it is what the native switch does when
//! it runs the file. The other machines are held to that.
//!
//! | module | is |
//! | --- | --- |
//! | `nat`, `counter` | the scenarios |
//! | `scribe` | writes down what happens in one |
//! | `native`, `pipeline` | machines; [`SoftCore`] is a third, on the host and in firmware |

mod counter;
mod nat;
mod native;
mod pipeline;
mod scribe;

use std::sync::LazyLock;

use redplane_apps::{Counter, Nat44};
use redplane_conformance::{BUFFER_LEN, Program, Script, Sink, SoftCore, run};
use redplane_core::count::Counters;
use redplane_core::program;
use redplane_core::storage::Row;
use redplane_hdl_sim::pipeline::Pipeline;
use redplane_softcore::count::DeviceCounters;

/// Flow slots of all scripts: few, so that their limit can be reached.
const SLOTS: usize = 16;
/// Copies of the mirror queue in all scripts.
const COPIES: usize = 8;

/// A script: its file's name without the ending, and what writes it.
pub type Scenario = (&'static str, fn() -> String);

/// All scripts.
pub const SCRIPTS: [Scenario; 3] =
    [("nat", nat::script), ("counter", counter::script), ("make-room", counter::make_room)];

/// What runs scripts on this host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runner {
    /// The native switch, its memory its own.
    Native,
    /// The soft core's device in memory that is lent to it.
    SoftCore,
    /// The placed pipeline, simulated.
    Pipeline,
}

/// What came of a script on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The lines that were printed.
    Ran(String),
    /// The machine need not run it, for this reason.
    Exempt(String),
}

impl Runner {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Native, Self::SoftCore, Self::Pipeline];

    /// Its name in a script's exemptions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::SoftCore => "softcore",
            Self::Pipeline => "pipeline",
        }
    }

    /// Runs a script.
    ///
    /// # Errors
    /// It is none, or has other limits than all others.
    pub fn play(self, text: &str) -> Result<Outcome, String> {
        let script = Script::read(text).map_err(|error| error.to_string())?;
        if let Some(reason) = script.exempts(self.name()) {
            return Ok(Outcome::Exempt(reason.to_owned()));
        }
        if (script.slots, script.copies) != (SLOTS, COPIES) {
            return Err(format!("the machines here have {SLOTS} slots and {COPIES} copies"));
        }
        match script.program {
            Program::Counter => self.play_program::<Counter>(&script, &COUNTER),
            Program::Nat => self.play_program::<Nat44>(&script, &NAT),
        }
    }

    fn play_program<P: program::Program>(
        self,
        script: &Script<'_>,
        pipeline: &LazyLock<Pipeline>,
    ) -> Result<Outcome, String> {
        let mut lines = Lines::default();
        let ran = match self {
            Self::Native => run(script, &mut native::Native::<P>::new(script), &mut lines),
            Self::Pipeline => run(script, &mut pipeline::Simulated::new(script, pipeline), &mut lines),
            Self::SoftCore => {
                let (mut rows, mut copies) = ([const { Row::<P>::EMPTY }; SLOTS], [const { None }; COPIES]);
                let mut counters = (Counters::new(), DeviceCounters::ZERO);
                let mut buffer = [0; BUFFER_LEN];
                let counters = (&mut counters.0, &mut counters.1);
                let machine = SoftCore::new(script, &mut rows, &mut copies, counters, &mut buffer);
                run(script, &mut machine.map_err(|error| format!("{error:?}"))?, &mut lines)
            }
        };
        ran.map_err(|error| error.to_string())?;
        Ok(Outcome::Ran(lines.0))
    }
}

static COUNTER: LazyLock<Pipeline> = LazyLock::new(pipeline::placed::<Counter>);
static NAT: LazyLock<Pipeline> = LazyLock::new(pipeline::placed::<Nat44>);

#[derive(Default)]
struct Lines(String);

impl Sink for Lines {
    fn text(&mut self, text: &str) {
        self.0.push_str(text);
    }
}

/// The first line in which two outputs differ, with the script's line that caused it; `None` if they are the same.
pub fn first_difference(script: &str, expected: &str, printed: &str) -> Option<String> {
    if expected == printed {
        return None;
    }
    let (mut expected, mut printed) = (expected.split('\n'), printed.split('\n'));
    let (expected, printed) = loop {
        // They are not the same, so one of them goes on or has another line before both end.
        match (expected.next(), printed.next()) {
            (expected, printed) if expected == printed => {}
            lines => break lines,
        }
    };
    let line_of = |line: Option<&str>| line?.split(' ').next()?.parse::<usize>().ok();
    let cause = [line_of(expected), line_of(printed)].into_iter().flatten().min();
    let step = cause.and_then(|number| script.lines().nth(number.checked_sub(1)?)).unwrap_or("none");
    let shown =
        |line: Option<&str>| line.filter(|line| !line.is_empty()).unwrap_or("nothing more").to_owned();
    Some(format!("step: {step}\nexpected: {}\nprinted:  {}", shown(expected), shown(printed)))
}
