//! The ports of `redplane switch` as its options name them.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

use anyhow::{Context, bail};
use ipnet::Ipv4Net;
use redplane_linux::capture::{Capture, CaptureWriter};
use redplane_linux::clock::RealClock;
use redplane_linux::port::{PcapPort, Port, TapPort};
use redplane_linux::switch::{RouteCounters, RoutedPort, Routing};

use crate::exit::{Kind, OrExit};

/// Frames that a capture gives in one turn.
const FRAMES_A_TURN: u32 = 16;

/// A port as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PortSpec {
    /// A TAP interface.
    Tap(String),
    /// A capture that is read, one that is written, or both.
    Pcap {
        /// The one that is read.
        input: Option<PathBuf>,
        /// The one that is written.
        output: Option<PathBuf>,
    },
}

impl FromStr for PortSpec {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<PortSpec> {
        match text.split_once(':') {
            Some(("tap", name)) if !name.is_empty() => Ok(PortSpec::Tap(name.to_owned())),
            Some(("pcap", files)) => {
                let (input, output) = match (files.split_once(",out="), files.strip_prefix("out=")) {
                    (Some((input, output)), _) => (Some(input), Some(output)),
                    (None, Some(output)) => (None, Some(output)),
                    (None, None) => (Some(files), None),
                };
                if input == Some("") || output == Some("") {
                    bail!("a file name is missing");
                }
                Ok(PortSpec::Pcap { input: input.map(Into::into), output: output.map(Into::into) })
            }
            _ => bail!("a port is tap:NAME, pcap:IN, pcap:IN,out=OUT or pcap:out=OUT"),
        }
    }
}

/// What the switch is on a port when it is a router.
#[derive(Clone, Debug)]
pub(super) struct Router {
    pub(super) port: u16,
    /// The switch's number: its Ethernet addresses come from it.
    pub(super) id: u16,
    pub(super) address: Ipv4Net,
    pub(super) gateway: Option<std::net::Ipv4Addr>,
    pub(super) pools: Vec<Ipv4Net>,
}

/// A port that two hold: the switch, and who looks after it.
struct Shared<T>(Arc<Mutex<T>>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Shared(Arc::clone(&self.0))
    }
}

impl<T> Shared<T> {
    fn new(port: T) -> Self {
        Shared(Arc::new(Mutex::new(port)))
    }

    fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Port> Port for Shared<T> {
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<Option<usize>> {
        self.lock().receive(buf)
    }

    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.lock().send(frame)
    }
}

/// A capture in turns.
struct Paced {
    /// `None` once it was completed.
    port: Option<PcapPort>,
    left: u32,
}

impl Port for Paced {
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<Option<usize>> {
        let (Some(port), 1..) = (&mut self.port, self.left) else { return Ok(None) };
        self.left -= 1;
        port.receive(buf)
    }

    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.port.as_mut().map_or(Ok(()), |port| port.send(frame))
    }
}

/// A port that is open.
pub(super) struct OpenPort {
    spec: PortSpec,
    capture: Option<Shared<Paced>>,
    routed: Option<Shared<RoutedPort>>,
    port: Mutex<Option<Box<dyn Port + Send>>>,
}

impl fmt::Debug for OpenPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OpenPort").field(&self.spec).finish()
    }
}

impl PortSpec {
    /// Opens it, routed where there is a router.
    ///
    /// # Errors
    /// The interface or the captures cannot be opened.
    pub(super) fn open(&self, router: Option<Router>, clock: RealClock) -> anyhow::Result<OpenPort> {
        let (port, capture): (Box<dyn Port + Send>, _) = match self {
            PortSpec::Tap(name) => {
                let port = TapPort::open(name).or_exit(Kind::System)?;
                port.bring_up().or_exit(Kind::System)?;
                (Box::new(port), None)
            }
            PortSpec::Pcap { input, output } => {
                let input = match input {
                    Some(path) => Some(
                        Capture::open(path)
                            .with_context(|| format!("cannot use {}", path.display()))
                            .or_exit(Kind::Input)?,
                    ),
                    None => None,
                };
                let output = output.as_ref().map(CaptureWriter::create).transpose().or_exit(Kind::System)?;
                let paced = Paced { port: Some(PcapPort::new(input, output)), left: FRAMES_A_TURN };
                let shared = Shared::new(paced);
                (Box::new(shared.clone()), Some(shared))
            }
        };
        let (port, routed): (Box<dyn Port + Send>, _) = match router {
            Some(Router { port: number, id, address, gateway, pools }) => {
                let [high, low] = id.to_be_bytes();
                // Locally administered, "RP", the switch, the port.
                let mac = [0x02, 0x52, 0x50, high, low, number as u8];
                let routing = Routing { port: number, mac, address, gateway, pools };
                let routed = Shared::new(RoutedPort::new(port, routing, Box::new(clock))?);
                (Box::new(routed.clone()), Some(routed))
            }
            None => (port, None),
        };
        Ok(OpenPort { spec: self.clone(), capture, routed, port: Mutex::new(Some(port)) })
    }
}

/// A port that gives and takes nothing.
struct Nowhere;

impl Port for Nowhere {
    fn receive(&mut self, _: &mut [u8]) -> io::Result<Option<usize>> {
        Ok(None)
    }

    fn send(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

impl OpenPort {
    /// The port for the switch; the second time, one that leads nowhere.
    pub(super) fn port(&self) -> Box<dyn Port + Send> {
        let mut port = self.port.lock().unwrap_or_else(PoisonError::into_inner);
        port.take().unwrap_or_else(|| Box::new(Nowhere))
    }

    /// Whether it is a capture.
    pub(super) fn is_capture(&self) -> bool {
        self.capture.is_some()
    }

    /// Whether nothing more will come in by it. A TAP interface never ends.
    pub(super) fn has_ended(&self) -> bool {
        self.capture.as_ref().is_some_and(|capture| capture.lock().port.as_ref().is_none_or(PcapPort::ended))
    }

    /// A capture may give frames again.
    pub(super) fn next_turn(&self) {
        if let Some(capture) = &self.capture {
            capture.lock().left = FRAMES_A_TURN;
        }
    }

    /// Completes the capture that is written.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn finish(&self) -> io::Result<()> {
        let port = self.capture.as_ref().and_then(|capture| capture.lock().port.take());
        port.map_or(Ok(()), PcapPort::finish)
    }

    /// What it did as a router's port.
    pub(super) fn route_counters(&self) -> Option<RouteCounters> {
        self.routed.as_ref().map(|routed| routed.lock().counters())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_written() {
        let pcap = |input: Option<&str>, output: Option<&str>| PortSpec::Pcap {
            input: input.map(Into::into),
            output: output.map(Into::into),
        };
        for (text, port) in [
            ("tap:rp-in", PortSpec::Tap("rp-in".to_owned())),
            ("pcap:a.pcap", pcap(Some("a.pcap"), None)),
            ("pcap:a.pcap,out=b.pcap", pcap(Some("a.pcap"), Some("b.pcap"))),
            ("pcap:out=b.pcap", pcap(None, Some("b.pcap"))),
        ] {
            assert_eq!(text.parse::<PortSpec>().unwrap(), port, "{text}");
        }
        for text in ["", "tap", "tap:", "eth0", "pcap:", "pcap:a,out=", "pcap:,out=b", "pcap:out="] {
            assert!(text.parse::<PortSpec>().is_err(), "{text}");
        }
    }
}
