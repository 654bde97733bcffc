//! How every image begins: the log, the command line, the ports, each with its line on the console.

use redplane_core::seq::Incarnation;

use crate::config::{Config, Error};
use crate::console::line;
use crate::net::Ports;
use crate::{fault, host, log};

/// Exit code after a command line that means nothing.
pub const USAGE_EXIT_CODE: i32 = 2;

/// What an image has to work with.
pub struct Board {
    /// What the command line says.
    pub config: Config,
    /// This start's number.
    pub boot: Incarnation,
    /// The network devices.
    pub ports: Ports,
}

/// Starts the board for the image of this name. To be called once; it ends in a fault otherwise.
pub fn start(image: &str) -> Board {
    line("redplane ").text(image).text(" on qemu-riscv32-virt").end();
    line("log: ").text(if log::start() { "defmt on the second serial port" } else { "none" }).end();
    if fault::count() > 0 {
        line("faults since power-on: ").number(fault::count()).end();
    }
    let Some(words) = host::command_line() else { fault::stop("no command line, or too long a one") };
    let config = Config::read(words).unwrap_or_else(|error| refuse(error));
    let Some(ports) = Ports::take() else { fault::stop("started twice") };
    for (number, mac) in (0u32..).zip(ports.macs()) {
        line("port ").number(number).text(": ").mac(mac).end();
    }
    let boot = Incarnation::new(config.boot.unwrap_or_else(|| host::seconds() as u16));
    Board { config, boot, ports }
}

fn refuse(error: Error<'_>) -> ! {
    line("command line: `").text(error.word).text("` should be ").text(error.expected).end();
    host::exit(USAGE_EXIT_CODE)
}
