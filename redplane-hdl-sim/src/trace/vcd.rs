//! Waveforms: what each stage holds, chosen register cells and queues, cycle by cycle, as a value change dump.
//!
//! ```text
//! device
//! ├─ ingress: stage_0_pass, stage_0_ticket, stage_1_pass …    (empty: z)
//! ├─ egress: …
//! ├─ registers: deadline_5, mirror_depth_0 …
//! └─ queues: port_0_packets, port_0_bytes … mirror_packets, mirror_bytes
//! ```
//!
//! A change shows at the beginning of the cycle in which it can be read: what is written in cycle *n* is there from cycle *n* + 1 on.
//! The unit is the picosecond, so that no clock's period has to be rounded much.

use std::fmt;
use std::io::{self, Write};

use ::vcd::{IdCode, TimescaleUnit, Value, Writer};

use crate::pipeline::{Pipeline, StageArray};
use crate::sim::{Gress, Hardware, Observer, QueueId, View};

const PICOS: u128 = 1_000_000_000_000;

/// Bits that a pass's kind takes.
const PASS_BITS: u32 = 3;

/// Writes waveforms.
pub struct Vcd<W: Write> {
    writer: Writer<W>,
    clock_hz: u64,
    signals: Vec<Signal>,
    failed: Option<io::Error>,
}

/// One signal, with what was written of it last.
#[derive(Clone, Copy, Debug)]
struct Signal {
    id: IdCode,
    bits: u32,
    source: Source,
    last: Option<Option<u32>>,
}

/// Where a signal's value comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Pass(Gress, usize),
    Ticket(Gress, usize),
    Cell(StageArray, u32),
    Packets(QueueId),
    Bytes(QueueId),
}

impl Source {
    /// `None` if there is nothing to have a value.
    fn value(self, device: View<'_>) -> Option<u32> {
        match self {
            Self::Pass(gress, stage) => device.occupant(gress, stage).map(|(_, pass)| pass as u32),
            Self::Ticket(gress, stage) => device.occupant(gress, stage).map(|(ticket, _)| ticket as u32),
            Self::Cell(array, cell) => device.register(array, cell),
            Self::Packets(queue) => Some(device.queue(queue).packets as u32),
            Self::Bytes(queue) => Some(device.queue(queue).bytes as u32),
        }
    }
}

impl<W: Write> fmt::Debug for Vcd<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vcd").field("signals", &self.signals.len()).finish_non_exhaustive()
    }
}

impl<W: Write> Vcd<W> {
    /// Waveforms of a device that runs this pipeline on this hardware, with these register cells.
    ///
    /// # Errors
    /// What the stream says.
    pub fn new(
        out: W,
        pipeline: &Pipeline,
        hardware: &Hardware,
        cells: &[(StageArray, u32)],
    ) -> io::Result<Self> {
        let mut header = Header { writer: Writer::new(out), signals: vec![] };
        header.writer.timescale(1, TimescaleUnit::PS)?;
        header.writer.add_module("device")?;
        for (gress, stages) in [(Gress::Ingress, &pipeline.ingress), (Gress::Egress, &pipeline.egress)] {
            header.writer.add_module(gress.name())?;
            for stage in 0..stages.len() {
                header.wire(PASS_BITS, &format!("stage_{stage}_pass"), Source::Pass(gress, stage))?;
                header.wire(32, &format!("stage_{stage}_ticket"), Source::Ticket(gress, stage))?;
            }
            header.writer.upscope()?;
        }
        header.writer.add_module("registers")?;
        for (array, cell) in cells {
            let bits =
                pipeline.arrays.iter().find(|known| known.array == *array).map_or(32, |known| known.bits);
            header.wire(bits, &format!("{array}_{cell}"), Source::Cell(*array, *cell))?;
        }
        header.writer.upscope()?;
        header.writer.add_module("queues")?;
        let ports =
            (0..hardware.ports.len() as u16).map(|port| (format!("port_{port}"), QueueId::Port(port)));
        let others = [("store", QueueId::Store), ("again", QueueId::Again), ("mirror", QueueId::Mirror)];
        for (name, queue) in ports.chain(others.map(|(name, queue)| (name.to_owned(), queue))) {
            header.wire(32, &format!("{name}_packets"), Source::Packets(queue))?;
            header.wire(32, &format!("{name}_bytes"), Source::Bytes(queue))?;
        }
        header.writer.upscope()?;
        header.writer.upscope()?;
        header.writer.enddefinitions()?;
        let Header { writer, signals } = header;
        Ok(Self { writer, clock_hz: hardware.clock_hz, signals, failed: None })
    }

    /// Writes what is buffered.
    ///
    /// # Errors
    /// The first that the stream has said.
    pub fn finish(mut self) -> io::Result<()> {
        match self.failed {
            Some(error) => Err(error),
            None => self.writer.flush(),
        }
    }

    fn write(&mut self, device: View<'_>) -> io::Result<()> {
        let mut is_stamped = false;
        for signal in &mut self.signals {
            let value = signal.source.value(device);
            if signal.last == Some(value) {
                continue;
            }
            signal.last = Some(value);
            if !is_stamped {
                let next = u128::from(device.cycle()) + 1;
                self.writer.timestamp((next * PICOS / u128::from(self.clock_hz)) as u64)?;
                is_stamped = true;
            }
            let bit = |at: u32| match value {
                Some(value) => Value::from(value >> at & 1 != 0),
                None => Value::Z,
            };
            self.writer.change_vector(signal.id, (0..signal.bits).rev().map(bit))?;
        }
        Ok(())
    }
}

/// What is written first.
struct Header<W: Write> {
    writer: Writer<W>,
    signals: Vec<Signal>,
}

impl<W: Write> Header<W> {
    fn wire(&mut self, bits: u32, name: &str, source: Source) -> io::Result<()> {
        let id = self.writer.add_wire(bits, name)?;
        self.signals.push(Signal { id, bits, source, last: None });
        Ok(())
    }
}

impl<W: Write> Observer for Vcd<W> {
    const CYCLES: bool = true;

    fn cycle(&mut self, device: View<'_>) {
        if self.failed.is_none() {
            self.failed = self.write(device).err();
        }
    }
}
