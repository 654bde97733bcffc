//! The fields, headers, checksums and parameters that a program can name.
//!
//! A [`Field`] of a packet header knows its [`Place`]: header, byte offset and width. The native machine reads it there, and
//! a printer of P4 declares it there; the offsets stand nowhere else.

/// A header that the parser may find.
///
/// ```text
/// Ethernet → Vlan (one or two) → Ipv4 (options kept) ─┬→ Tcp | Udp
///                                                     └→ Icmp ──(an error)──→ InnerIpv4 ──→ InnerL4
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Header {
    /// IPv4 whose header and total length fit the frame.
    Ipv4,
    /// TCP, of a packet that is not a later fragment.
    Tcp,
    /// UDP, of a packet that is not a later fragment.
    Udp,
    /// ICMP, of a packet that is not a later fragment.
    Icmp,
    /// The IPv4 header of the packet that an ICMP error is about.
    InnerIpv4,
    /// The first eight bytes after it, if it is TCP, UDP or an ICMP echo and no later fragment.
    InnerL4,
}

impl Header {
    /// How many bytes of it are always there and have fields, 8 or 20.
    #[inline(always)]
    pub const fn fixed_len(self) -> usize {
        match self {
            Self::Ipv4 | Self::Tcp | Self::InnerIpv4 => 20,
            Self::Udp | Self::Icmp | Self::InnerL4 => 8,
        }
    }
}

/// A header or metadata field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Field {
    /// What kind of pass this is: a [`Pass`].
    Pass,
    /// The current tick.
    Now,
    /// The port that the packet came in by.
    IngressPort,
    /// 1 if that port (or the packet's source) is on the inside, as the target is configured, else 0.
    Inside,
    /// A word of the flow's key.
    Key(u8),
    /// A word of the flow's state: in a message, or as a program's update left it.
    State(u8),
    /// The register slot that a sweep or the reading of a snapshot is about.
    SweepIndex,
    /// The slot of the structure that the reading of a snapshot is about.
    SnapshotIndex,
    /// 1 if it was read before for this snapshot.
    SnapshotAgain,
    /// What the reading gives of it, one word a row.
    Slot(u8),
    /// 1 if the slot has not changed since the snapshot before, else 0.
    SlotUnchanged,
    /// Identifier of the outermost VLAN, 0 without a tag.
    VlanId,

    /// Kind of the message that this pass is about.
    MessageKind,
    /// Its switch id.
    MessageSwitch,
    /// Its incarnation.
    MessageIncarnation,
    /// Its epoch.
    MessageEpoch,
    /// Its seq.
    MessageSeq,
    /// Its timestamp.
    MessageTimestamp,
    /// 1 if the refusal in it ends a lease.
    MessageEndsLease,
    /// 1 if it carries a packet.
    MessageCarries,
    /// 1 if it is a grant of an epoch that was granted before.
    MessageAgain,
    /// Tick after which the copy that this pass is about is to be sent.
    CopyDue,
    /// Ticks that it waits for an answer.
    CopyWait,

    /// 1 if the packet's fate is to leave, as things stand in this pass.
    Leaves,
    /// From ingress to egress: kind of the message to put around the packet, 0 for none.
    OutKind,
    /// Its epoch.
    OutEpoch,
    /// Its seq.
    OutSeq,
    /// 1 if the packet travels inside it.
    OutCarry,

    /// IPv4 flags and fragment offset, 16 bits.
    Ipv4Fragment,
    /// IPv4 time to live.
    Ipv4Ttl,
    /// IPv4 protocol.
    Ipv4Protocol,
    /// TTL and protocol as the 16-bit word that the checksum is made of.
    Ipv4TtlProtocol,
    /// IPv4 source address.
    Ipv4Src,
    /// IPv4 destination address.
    Ipv4Dst,
    /// TCP or UDP source port.
    L4Src,
    /// TCP or UDP destination port.
    L4Dst,
    /// The flags byte of TCP.
    TcpFlags,
    /// ICMP type.
    IcmpType,
    /// Identifier of an ICMP echo.
    IcmpId,
    /// Protocol of the packet that an ICMP error is about.
    InnerProtocol,
    /// Its source address.
    InnerSrc,
    /// Its destination address.
    InnerDst,
    /// Its source port.
    InnerL4Src,
    /// Its destination port.
    InnerL4Dst,
    /// Its UDP checksum, if it is UDP; 0 if it has none.
    InnerUdpChecksum,
    /// Its ICMP type, if it is ICMP.
    InnerIcmpType,
    /// Its ICMP identifier, if it is an echo.
    InnerIcmpId,
}

/// What kind of pass a packet goes through for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u32)]
pub enum Pass {
    /// A packet arrived, or came back out of a grant.
    Packet = 0,
    /// A message from the store arrived.
    Message = 1,
    /// A copy came around in the mirror queue.
    Copy = 2,
    /// A slot is swept (RP-SW-12).
    Sweep = 3,
    /// The operator wants the flow of `Key` handed back.
    GiveUp = 4,
    /// A slot of a structure is read for a snapshot.
    Snapshot = 5,
}

/// Where a packet field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Place {
    /// The header it belongs to.
    pub header: Header,
    /// Bytes from the header's start.
    pub offset: usize,
    /// Width in bytes: 1, 2 or 4.
    pub width: usize,
}

impl Field {
    /// Where the field stands in the packet; `None` for metadata.
    #[inline(always)]
    pub const fn place(self) -> Option<Place> {
        let (header, offset, width) = match self {
            Self::Ipv4Fragment => (Header::Ipv4, 6, 2),
            Self::Ipv4Ttl => (Header::Ipv4, 8, 1),
            Self::Ipv4Protocol => (Header::Ipv4, 9, 1),
            Self::Ipv4TtlProtocol => (Header::Ipv4, 8, 2),
            Self::Ipv4Src => (Header::Ipv4, 12, 4),
            Self::Ipv4Dst => (Header::Ipv4, 16, 4),
            // TCP and UDP begin alike; the parser gives both the same place.
            Self::L4Src => (Header::Udp, 0, 2),
            Self::L4Dst => (Header::Udp, 2, 2),
            Self::TcpFlags => (Header::Tcp, 13, 1),
            Self::IcmpType => (Header::Icmp, 0, 1),
            Self::IcmpId => (Header::Icmp, 4, 2),
            Self::InnerProtocol => (Header::InnerIpv4, 9, 1),
            Self::InnerSrc => (Header::InnerIpv4, 12, 4),
            Self::InnerDst => (Header::InnerIpv4, 16, 4),
            Self::InnerL4Src => (Header::InnerL4, 0, 2),
            Self::InnerL4Dst => (Header::InnerL4, 2, 2),
            Self::InnerUdpChecksum => (Header::InnerL4, 6, 2),
            Self::InnerIcmpType => (Header::InnerL4, 0, 1),
            Self::InnerIcmpId => (Header::InnerL4, 4, 2),
            _ => return None,
        };
        Some(Place { header, offset, width })
    }
}

/// A checksum that [`crate::machine::Machine::mend`] keeps right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Checksum {
    /// Of the IPv4 header.
    Ipv4,
    /// Of TCP.
    Tcp,
    /// Of UDP; zero means none and stays zero (RFC 768).
    Udp,
    /// Of ICMP.
    Icmp,
    /// Of the IPv4 header inside an ICMP error.
    InnerIpv4,
    /// Of the UDP header inside an ICMP error.
    InnerUdp,
    /// Of the ICMP echo inside an ICMP error.
    InnerIcmp,
}

impl Checksum {
    /// Where the checksum stands. It is always 16 bits wide.
    #[inline(always)]
    pub const fn place(self) -> Place {
        let (header, offset) = match self {
            Self::Ipv4 => (Header::Ipv4, 10),
            Self::Tcp => (Header::Tcp, 16),
            Self::Udp => (Header::Udp, 6),
            Self::Icmp => (Header::Icmp, 2),
            Self::InnerIpv4 => (Header::InnerIpv4, 10),
            Self::InnerUdp => (Header::InnerL4, 6),
            Self::InnerIcmp => (Header::InnerL4, 2),
        };
        Place { header, offset, width: 2 }
    }

    /// Whether a value of zero means that there is no checksum.
    #[inline(always)]
    pub const fn may_be_absent(self) -> bool {
        matches!(self, Self::Udp | Self::InnerUdp)
    }
}

/// A value that the control plane sets once, before packets flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Param {
    /// This switch's id.
    SwitchId,
    /// This switch's boot number.
    Incarnation,
    /// Lease period less the guard, in ticks: how long a lease is live from the sending of its request (RP-SW-2).
    LeaseSpan,
    /// Lease period in ticks.
    Period,
    /// Half the lease period in ticks (RP-SW-8).
    HalfPeriod,
    /// Ticks until an unanswered write is sent again for the first time (RP-SW-6).
    ResendAfter,
    /// Ticks that the doubling of that time stops at.
    ResendMax,
    /// Ticks without an answer after which the store counts as unreachable (RP-SW-11).
    SilenceSpan,
    /// Ticks after the deadline for which a `BoundedOpen` program may go on (RP-SW-11).
    OpenSpan,
    /// The bound ε: ticks that the last complete snapshot may be old (RP-SN-5).
    StaleSpan,
    /// A value of the program's own.
    Program(u8),
}

/// How many [`Param::Program`] values there are.
pub const PROGRAM_PARAMS: usize = 4;
