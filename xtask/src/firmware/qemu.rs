//! Running an image on QEMU's `virt` machine.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::command;
use crate::setup::{self, Tool};

const QEMU: Tool = Tool {
    program: "qemu-system-riscv32",
    package: "qemu-system-misc",
    purpose: "booting firmware",
    optional: false,
};

/// Network devices of the machine: inside, outside, and the way to the store.
const PORTS: usize = 3;

/// A boot that takes longer than this hangs.
const BOOT_MAX: Duration = Duration::from_secs(30);

/// What the machine's network devices are connected to.
#[derive(Clone, Debug)]
pub(crate) enum Network {
    /// Nothing. The machine then has a time of its own, which is the same in each run.
    Nothing,
    /// UDP on this machine, a frame per datagram: port *n* receives at 9001 + 2*n* and sends to the number above.
    Datagrams,
    /// What these say, as QEMU's `-netdev` without its `id`.
    Given(Vec<String>),
}

impl Network {
    fn netdev(&self, port: usize) -> Result<String> {
        let local = 9001 + 2 * port;
        Ok(match self {
            Self::Nothing => format!("hubport,hubid={port}"),
            Self::Datagrams => format!(
                "dgram,local.type=inet,local.host=127.0.0.1,local.port={local},remote.type=inet,remote.host=127.0.0.1,remote.port={}",
                local + 1
            ),
            Self::Given(given) => {
                given.get(port).with_context(|| format!("--net must be given {PORTS} times"))?.clone()
            }
        })
    }
}

/// The command that runs an image with these words on its command line; the log goes to a file.
///
/// # Errors
/// QEMU is missing, or the network is not described for each port.
pub(crate) fn line(image: &Path, network: &Network, log: &Path, words: &str) -> Result<Command> {
    setup::tools(&[QEMU])?;
    let mut qemu = command(QEMU.program, &["-M", "virt", "-m", "32M", "-bios", "none"])?;
    qemu.args(["-display", "none", "-monitor", "none", "-serial", "stdio"]);
    qemu.args(["-semihosting-config", "enable=on,target=native"]);
    qemu.args(["-global", "virtio-mmio.force-legacy=false"]);
    qemu.arg("-chardev").arg(format!("file,id=log,path={}", log.display()));
    qemu.args(["-device", "pci-serial,chardev=log"]);
    for port in 0..PORTS {
        qemu.arg("-netdev").arg(format!("{},id=n{port}", network.netdev(port)?));
        let (device, mac) = ("virtio-net-device", "02:00:00:00:00");
        qemu.arg("-device").arg(format!("{device},netdev=n{port},mac={mac}:{:02x}", 0x10 + port));
    }
    if matches!(network, Network::Nothing) {
        // A nanosecond an instruction and none while the core sleeps: what happens does not depend on this machine's speed.
        qemu.args(["-icount", "shift=0,sleep=off"]);
    }
    qemu.arg("-kernel").arg(image).args(["-append", words]);
    Ok(qemu)
}

/// Runs the machine until it ends by itself, and gives what it printed.
///
/// # Errors
/// It ends with an exit code other than 0, or not at all.
pub(crate) fn boot(mut qemu: Command) -> Result<String> {
    let mut child =
        qemu.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().context("cannot run QEMU")?;
    let start = Instant::now();
    // What it prints is less than a pipe holds.
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() > BOOT_MAX {
            child.kill()?;
            break child.wait()?;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let output = child.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !status.success() {
        bail!("the machine ended with {status}; it printed\n{text}");
    }
    Ok(text)
}
