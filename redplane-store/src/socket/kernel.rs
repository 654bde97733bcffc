//! The system calls under the batch socket: `recvmmsg`, `sendmmsg`, `ppoll`, and what they read and write.
//!
//! All `unsafe` of the socket is here, so that the rules it relies on can be checked in one place: the kernel
//! follows pointers only during a call, and for that long everything they point at is borrowed.

use super::BATCH_LEN;
use crate::datagram::{Datagram, HEADROOM};
use socket2::Socket;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::AsRawFd;
use std::time::Duration;

/// Errors that no other message can get past: they speak of the descriptor or of our memory.
pub(super) fn is_fatal(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), None | Some(libc::EBADF | libc::ENOTSOCK | libc::EFAULT | libc::ENOSYS))
}

/// Whether the socket became ready for `events` within `timeout`; false also when a signal came first.
pub(super) fn wait_for(socket: &Socket, events: libc::c_short, timeout: Duration) -> io::Result<bool> {
    let mut entry = libc::pollfd { fd: socket.as_raw_fd(), events, revents: 0 };
    let time = libc::timespec {
        tv_sec: timeout.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: timeout.subsec_nanos().into(),
    };
    // SAFETY: one pollfd and one timespec, both alive over the call; a null signal mask changes no mask.
    let result = unsafe { libc::ppoll(&raw mut entry, 1, &raw const time, std::ptr::null()) };
    if result < 0 {
        let error = io::Error::last_os_error();
        return if error.kind() == io::ErrorKind::Interrupted { Ok(false) } else { Err(error) };
    }
    Ok(result > 0)
}

/// Datagrams dropped because the receive buffer was full, since the socket was made (wraps).
pub(super) fn drop_count(socket: &Socket) -> io::Result<u32> {
    let mut values = [0u32; libc::SK_MEMINFO_DROPS as usize + 1];
    let mut len = size_of_val(&values) as libc::socklen_t;
    // SAFETY: pointer and length describe `values`, of which the kernel writes at most `len` bytes.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_MEMINFO,
            values.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(values[libc::SK_MEMINFO_DROPS as usize])
}

/// The arrays that `recvmmsg` and `sendmmsg` read: per message a header, its one piece of memory, its address.
///
/// All three have [`BATCH_LEN`] entries. The pointers in them are set anew for each call and never followed
/// between calls.
pub(super) struct Slots {
    headers: Box<[libc::mmsghdr]>,
    pieces: Box<[libc::iovec]>,
    names: Box<[RawAddress]>,
}

// SAFETY: the raw pointers in the arrays are written right before a system call and are dead after it, so the
// value can be moved to another thread at any time in between.
unsafe impl Send for Slots {}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Slots({})", self.headers.len())
    }
}

impl Slots {
    pub(super) fn new() -> Self {
        // SAFETY: mmsghdr is integers and raw pointers, for all of which zero is a value.
        let header = || unsafe { std::mem::zeroed::<libc::mmsghdr>() };
        Self {
            headers: (0..BATCH_LEN).map(|_| header()).collect(),
            pieces: (0..BATCH_LEN)
                .map(|_| libc::iovec { iov_base: std::ptr::null_mut(), iov_len: 0 })
                .collect(),
            names: (0..BATCH_LEN).map(|_| RawAddress::UNSET).collect(),
        }
    }

    /// Points slot `index` at a message's memory; the address is given by its length, to be filled or filled.
    fn aim(&mut self, index: usize, base: *mut u8, len: usize, name_len: libc::socklen_t) {
        let piece = &mut self.pieces[index];
        *piece = libc::iovec { iov_base: base.cast(), iov_len: len };
        let header = &mut self.headers[index].msg_hdr;
        header.msg_iov = piece;
        header.msg_iovlen = 1;
        header.msg_name = (&raw mut self.names[index]).cast();
        header.msg_namelen = name_len;
        header.msg_flags = 0;
    }

    pub(super) fn receive<'a>(
        &mut self,
        socket: &Socket,
        datagrams: impl Iterator<Item = &'a mut Box<Datagram>>,
    ) -> io::Result<usize> {
        let mut len = 0;
        for datagram in datagrams.take(BATCH_LEN) {
            let space = &mut datagram.buffer_mut()[HEADROOM..];
            self.aim(len, space.as_mut_ptr(), space.len(), size_of::<RawAddress>() as libc::socklen_t);
            len += 1;
        }
        // SAFETY: the first `len` headers were aimed above at memory that is borrowed by the iterator's items or
        // owned by `self`, all of it alive and otherwise untouched until the call returns; no timeout is given.
        let result = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                self.headers.as_mut_ptr(),
                len as libc::c_uint,
                libc::MSG_DONTWAIT as _,
                std::ptr::null_mut(),
            )
        };
        usize::try_from(result).map_err(|_| io::Error::last_os_error())
    }

    /// Takes over into `datagram` what the kernel said about slot `index`.
    pub(super) fn complete(&self, index: usize, datagram: &mut Datagram) {
        let header = &self.headers[index];
        let len = (header.msg_len as usize).min(datagram.buffer_mut().len() - HEADROOM);
        // Cannot fail: the length was just clamped to the buffer.
        let _ = datagram.set_range(HEADROOM..HEADROOM + len);
        datagram.set_truncated(header.msg_hdr.msg_flags & libc::MSG_TRUNC != 0);
        datagram.set_peer(self.names[index].to_std());
    }

    pub(super) fn send<'a>(
        &mut self,
        socket: &Socket,
        datagrams: impl Iterator<Item = &'a Datagram>,
    ) -> io::Result<usize> {
        let mut len = 0;
        for datagram in datagrams.take(BATCH_LEN) {
            let (name, name_len) = RawAddress::from_std(datagram.peer());
            self.names[len] = name;
            let payload = datagram.payload();
            self.aim(len, payload.as_ptr().cast_mut(), payload.len(), name_len);
            len += 1;
        }
        // SAFETY: the first `len` headers were aimed above at memory that is borrowed by the iterator's items or
        // owned by `self`, all of it alive until the call returns; sendmmsg only reads the payloads.
        let result = unsafe {
            libc::sendmmsg(
                socket.as_raw_fd(),
                self.headers.as_mut_ptr(),
                len as libc::c_uint,
                libc::MSG_DONTWAIT as _,
            )
        };
        usize::try_from(result).map_err(|_| io::Error::last_os_error())
    }
}

/// A socket address as the kernel reads and writes it. Smaller than `sockaddr_storage`, and converted by a few
/// moves, which matters beside a message of some hundred nanoseconds.
#[derive(Clone, Copy)]
#[repr(C)]
union RawAddress {
    v4: libc::sockaddr_in,
    v6: libc::sockaddr_in6,
}

impl RawAddress {
    const UNSET: Self = Self {
        v6: libc::sockaddr_in6 {
            sin6_family: 0,
            sin6_port: 0,
            sin6_flowinfo: 0,
            sin6_addr: libc::in6_addr { s6_addr: [0; 16] },
            sin6_scope_id: 0,
        },
    };

    fn from_std(address: SocketAddr) -> (Self, libc::socklen_t) {
        let mut raw = Self::UNSET;
        let len = match address {
            SocketAddr::V4(address) => {
                raw.v4 = libc::sockaddr_in {
                    sin_family: libc::AF_INET as libc::sa_family_t,
                    sin_port: address.port().to_be(),
                    sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(address.ip().octets()) },
                    sin_zero: [0; 8],
                };
                size_of::<libc::sockaddr_in>()
            }
            SocketAddr::V6(address) => {
                raw.v6 = libc::sockaddr_in6 {
                    sin6_family: libc::AF_INET6 as libc::sa_family_t,
                    sin6_port: address.port().to_be(),
                    sin6_flowinfo: address.flowinfo(),
                    sin6_addr: libc::in6_addr { s6_addr: address.ip().octets() },
                    sin6_scope_id: address.scope_id(),
                };
                size_of::<libc::sockaddr_in6>()
            }
        };
        (raw, len as libc::socklen_t)
    }

    /// The address, or the unspecified one with port 0 if its family is neither of ours (a UDP socket reports
    /// none other); nothing can be sent there.
    fn to_std(self) -> SocketAddr {
        // SAFETY: both variants are plain integers without padding that share their first field, and every byte
        // was set by `UNSET`.
        let (v4, v6) = unsafe { (self.v4, self.v6) };
        match libc::c_int::from(v4.sin_family) {
            libc::AF_INET => {
                let ip = Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes());
                SocketAddr::V4(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)))
            }
            libc::AF_INET6 => {
                let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
                let port = u16::from_be(v6.sin6_port);
                SocketAddr::V6(SocketAddrV6::new(ip, port, v6.sin6_flowinfo, v6.sin6_scope_id))
            }
            _ => SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_of_either_family_survives_the_kernel_form() {
        for text in ["1.2.3.4:5", "255.255.255.255:65535", "[::1]:8000", "[fe80::1234%3]:4000"] {
            let address: SocketAddr = text.parse().unwrap();
            assert_eq!(RawAddress::from_std(address).0.to_std(), address);
        }
        assert_eq!(RawAddress::UNSET.to_std(), "0.0.0.0:0".parse().unwrap());
    }
}
