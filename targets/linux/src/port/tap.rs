//! A port that is a network interface of this machine: a Linux TAP device.
//!
//! What the kernel routes to the interface is received here, and what is sent here the kernel takes for arrived. It is
//! the way to let real programs talk through the switch. Making the interface takes root, or `CAP_NET_ADMIN`, or an
//! interface made beforehand for the user (`ip tuntap add dev NAME mode tap user NAME`).
//!
//! Limits: one queue; no offloads, so frames are as on a wire and their checksums are complete.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;

use super::Port;

const DEVICE: &str = "/dev/net/tun";
/// Bytes of an interface name, without the NUL that ends it.
const NAME_LEN_MAX: usize = libc::IFNAMSIZ - 1;

/// Why there is no TAP interface.
#[derive(Debug)]
pub enum TapError {
    /// The name is empty, too long, or has a character that no interface name has.
    BadName(String),
    /// The machine has no TUN/TAP driver.
    NoDevice(io::Error),
    /// This user may not make the interface.
    NoPermission {
        /// The interface.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// Another program holds the interface, or it exists and is no TAP interface.
    Busy {
        /// The interface.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// Anything else.
    Other {
        /// The interface.
        name: String,
        /// What the system says.
        source: io::Error,
    },
}

impl fmt::Display for TapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TapError::BadName(name) => write!(
                f,
                "\"{name}\" cannot name an interface: 1 to {NAME_LEN_MAX} visible ASCII characters, without / : or %, are allowed"
            ),
            TapError::NoDevice(source) => {
                write!(
                    f,
                    "cannot open {DEVICE}: {source}: load the driver (modprobe tun), or give the container the device"
                )
            }
            TapError::NoPermission { name, source } => write!(
                f,
                "cannot make the TAP interface {name}: {source}: run as root or with CAP_NET_ADMIN, \
                 or make it for this user first (ip tuntap add dev {name} mode tap user USER)"
            ),
            TapError::Busy { name, source } => write!(
                f,
                "cannot take the interface {name}: {source}: another program holds it, or it is no TAP interface"
            ),
            TapError::Other { name, source } => write!(f, "cannot make the TAP interface {name}: {source}"),
        }
    }
}

impl std::error::Error for TapError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            TapError::BadName(_) => None,
            TapError::NoDevice(source)
            | TapError::NoPermission { source, .. }
            | TapError::Busy { source, .. }
            | TapError::Other { source, .. } => Some(source),
        }
    }
}

/// A TAP interface. It exists until this value is dropped, unless it was made beforehand and kept.
#[derive(Debug)]
pub struct TapPort {
    file: File,
    name: String,
    dropped_oversize: u64,
    dropped_full: u64,
}

impl TapPort {
    /// Makes the interface, or takes an existing TAP interface of that name.
    ///
    /// # Errors
    /// See [`TapError`].
    pub fn open(name: &str) -> Result<TapPort, TapError> {
        let mut request = request_for(name).ok_or_else(|| TapError::BadName(name.to_owned()))?;
        request.ifr_ifru.ifru_flags = (libc::IFF_TAP | libc::IFF_NO_PI) as libc::c_short;
        let name = name.to_owned();
        let file = OpenOptions::new().read(true).write(true).custom_flags(libc::O_NONBLOCK).open(DEVICE);
        let file = match file {
            Ok(file) => file,
            Err(source) if source.kind() == ErrorKind::PermissionDenied => {
                return Err(TapError::NoPermission { name, source });
            }
            Err(source) => return Err(TapError::NoDevice(source)),
        };
        // SAFETY: TUNSETIFF reads and writes one `ifreq`; `request` is one, fully initialised, and lives through the call.
        let result = unsafe { libc::ioctl(file.as_raw_fd(), libc::TUNSETIFF as _, &mut request) };
        if result < 0 {
            let source = io::Error::last_os_error();
            return Err(match source.raw_os_error() {
                Some(libc::EPERM | libc::EACCES) => TapError::NoPermission { name, source },
                Some(libc::EBUSY | libc::EINVAL) => TapError::Busy { name, source },
                _ => TapError::Other { name, source },
            });
        }
        Ok(TapPort { file, name, dropped_oversize: 0, dropped_full: 0 })
    }

    /// Name of the interface.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Brings the interface up (`ip link set NAME up`). Until somebody does, nothing is received and `send` fails.
    ///
    /// # Errors
    /// What the system says, with the name of the interface.
    pub fn bring_up(&self) -> io::Result<()> {
        let failed = |error: io::Error| {
            io::Error::new(error.kind(), format!("cannot bring the interface {} up: {error}", self.name))
        };
        let mut request = request_for(&self.name).ok_or(ErrorKind::InvalidInput)?;
        // SAFETY: takes numbers alone.
        let socket = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
        if socket < 0 {
            return Err(failed(io::Error::last_os_error()));
        }
        // SAFETY: the call above gave this descriptor to us alone.
        let socket = unsafe { OwnedFd::from_raw_fd(socket) };
        // SAFETY: SIOCGIFFLAGS fills in the flags of one `ifreq`, which lives through the call.
        if unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCGIFFLAGS as _, &mut request) } < 0 {
            return Err(failed(io::Error::last_os_error()));
        }
        // SAFETY: the flags are the member of the union that the call above has filled in.
        unsafe { request.ifr_ifru.ifru_flags |= libc::IFF_UP as libc::c_short };
        // SAFETY: SIOCSIFFLAGS reads one `ifreq`, which lives through the call.
        if unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS as _, &request) } < 0 {
            return Err(failed(io::Error::last_os_error()));
        }
        Ok(())
    }

    /// Frames from the kernel that were longer than the buffer given to `receive`.
    pub fn dropped_oversize(&self) -> u64 {
        self.dropped_oversize
    }

    /// Frames that the kernel had no room for.
    pub fn dropped_full(&self) -> u64 {
        self.dropped_full
    }
}

impl AsFd for TapPort {
    /// For a caller that waits on several ports at once.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Port for TapPort {
    /// Fails when the interface was deleted.
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<Option<usize>> {
        loop {
            // The kernel cuts a frame that is too long without a word; one byte more than the buffer tells.
            let mut spill = [0];
            let mut parts = [IoSliceMut::new(buf), IoSliceMut::new(&mut spill)];
            match self.file.read_vectored(&mut parts) {
                Ok(length) if length > buf.len() => self.dropped_oversize += 1,
                Ok(length) => return Ok(Some(length)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Fails with `InvalidInput` for what is no Ethernet frame (below 14 bytes), and when the interface is down or was
    /// deleted.
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        loop {
            match self.file.write(frame) {
                Ok(_) => return Ok(()), // the kernel takes a frame whole or not at all
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::ENOBUFS)) => {
                    self.dropped_full += 1;
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// An interface request that names the interface and is zero elsewhere.
fn request_for(name: &str) -> Option<libc::ifreq> {
    let allowed = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'/' | b':' | b'%');
    if name.is_empty() || name.len() > NAME_LEN_MAX || !name.as_bytes().iter().all(allowed) {
        return None;
    }
    // SAFETY: `ifreq` is plain numbers, addresses of the kernel's filling and arrays of them: zero bytes are a value of it.
    let mut request: libc::ifreq = unsafe { MaybeUninit::zeroed().assume_init() };
    for (to, from) in request.ifr_name.iter_mut().zip(name.bytes()) {
        *to = from as libc::c_char;
    }
    Some(request)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// A TAP interface that is up, or a printed reason why this machine gives none.
    fn tap(name: &str) -> Option<TapPort> {
        match TapPort::open(name) {
            Ok(port) => {
                port.bring_up().unwrap();
                Some(port)
            }
            Err(error @ (TapError::NoDevice(_) | TapError::NoPermission { .. })) => {
                println!("skipped: {error}");
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn impossible_names_are_refused() {
        for name in ["", "sixteen-letters-", "a/b", "a b", "tap%d", "tap\u{e9}", "a:1"] {
            let error = TapPort::open(name).unwrap_err();
            assert!(matches!(error, TapError::BadName(_)), "{error}");
            assert!(error.to_string().contains("1 to 15 visible ASCII characters"), "{error}");
        }
    }

    /// An ARP request from outside, which the kernel answers only when the frame arrived whole and the reply came back.
    #[test]
    fn frame_sent_is_answered_by_the_kernel() {
        let name = format!("rpt{}", std::process::id() % 100_000);
        let Some(mut port) = tap(&name) else { return };
        let mut buf = [0; 2048];
        let added =
            std::process::Command::new("ip").args(["addr", "add", "198.18.77.1/30", "dev", &name]).status();
        if !added.is_ok_and(|status| status.success()) {
            println!("skipped: no ip command to give the interface an address");
            return;
        }
        let ours = [0x02, 0, 0, 0, 0, 9];
        let mut request = [0; 42];
        request[..6].copy_from_slice(&[0xff; 6]);
        request[6..12].copy_from_slice(&ours);
        request[12..22].copy_from_slice(&[0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1]);
        request[22..28].copy_from_slice(&ours);
        request[28..32].copy_from_slice(&[198, 18, 77, 2]);
        request[38..42].copy_from_slice(&[198, 18, 77, 1]);
        port.send(&request).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10); // only a broken port gets there
        loop {
            // The kernel speaks of its own (IPv6 neighbours); the answer to us is the one that counts.
            match port.receive(&mut buf).unwrap() {
                Some(length) if buf[..6] == ours && buf[12..14] == [0x08, 0x06] => {
                    assert!(length >= 42 && buf[20..22] == [0, 2] && buf[28..32] == [198, 18, 77, 1]);
                    break;
                }
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(1)),
            }
            assert!(Instant::now() < deadline, "the kernel did not answer");
        }
        // Again, into a buffer that is one byte short: dropped and counted, not cut.
        let before = port.dropped_oversize();
        port.send(&request).unwrap();
        while port.dropped_oversize() == before {
            assert_eq!(port.receive(&mut buf[..41]).unwrap(), None);
            assert!(Instant::now() < deadline, "the kernel did not answer");
        }
        assert_eq!(port.send(&[0; 13]).unwrap_err().kind(), ErrorKind::InvalidInput);
    }

    #[test]
    fn interface_that_is_held_is_busy() {
        let name = format!("rpb{}", std::process::id() % 100_000);
        let Some(_port) = tap(&name) else { return };
        let error = TapPort::open(&name).unwrap_err();
        assert!(matches!(error, TapError::Busy { .. }), "{error}");
        let error = TapPort::open("lo").unwrap_err();
        assert!(matches!(error, TapError::Busy { .. }), "{error}");
    }
}
