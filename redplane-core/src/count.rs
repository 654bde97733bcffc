//! Everything that is ignored has a reason, everything worth seeing is an event, and each has a counter.
//!
//! [`Reason`] names why a packet or message was not acted upon, at a switch or at a store; [`Event`] names what was done.
//! Both know the protocol rule that they come from, so that a test can tell which rules a run has exercised.
//!
//! With the feature `defmt` each is also logged where it is counted. Levels are compiled in (`DEFMT_LOG`): `info` tells the life of
//! leases, `warn` what was lost for want of room or of the store, `debug` what else was ignored, `trace` everything else, which is several lines a packet.

macro_rules! counted {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $vdoc:literal])* $variant:ident = $rule:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(u8)]
        pub enum $name { $($(#[doc = $vdoc])* $variant,)* }

        impl $name {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name as printed.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }

            /// What it is, in a sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($vdoc),*).trim_ascii_start(),)* }
            }

            /// The rule of the protocol that it comes from, empty if none.
            pub const fn rule(self) -> &'static str {
                match self { $(Self::$variant => $rule,)* }
            }
        }
    };
}

counted! {
    /// Why a packet or a message was ignored.
    Reason {
        /// The frame is too short for the headers that it announces, or they contradict each other.
        Malformed = "",
        /// Not a packet that the program handles, and its policy is to drop.
        NotHandled = "",
        /// An IPv4 fragment, of which only the first has ports.
        Fragment = "",
        /// Its time to live ended here.
        TtlExpired = "",
        /// A write when the mirror queue is full.
        MirrorFull = "RP-SW-4",
        /// A grant when no slot can be reused.
        TableFull = "RP-SW-9",
        /// A packet that a lease is needed for while the store does not answer, under `FailClosed`.
        StoreSilent = "RP-SW-11",
        /// A message shorter than it says.
        MessageTooShort = "",
        /// A message of another version.
        MessageVersion = "",
        /// A message of no known kind.
        MessageKind = "",
        /// A message of a schema that is not configured.
        MessageSchema = "",
        /// A message whose flags contradict each other.
        MessageFlags = "",
        /// A message with bytes behind it.
        MessageTrailing = "",
        /// A message that carries a tag although none was agreed.
        MessageTag = "",
        /// A message that travels the other way.
        WrongDirection = "",
        /// A message for another switch.
        WrongSwitch = "",
        /// An answer for an earlier boot of this switch, or a request from one.
        OldIncarnation = "RP-ST-2",
        /// An answer about a flow that has no slot (any more).
        NoSlot = "RP-SW-9",
        /// A grant of an epoch older than the slot's.
        GrantOldEpoch = "RP-SW-7",
        /// A grant whose deadline has passed.
        GrantExpired = "RP-SW-7",
        /// A grant of the epoch that was given up.
        GrantRenounced = "RP-SW-9",
        /// An ack of an older epoch: its packet leaves, no register changes.
        AckOldEpoch = "RP-SW-5",
        /// An ack of a write that was never begun.
        AckBeyondSeq = "RP-SW-5",
        /// Any other answer of another epoch.
        OtherEpoch = "RP-SW-7",
        /// A recall when the mirror queue is full.
        RecallNoRoom = "RP-SW-4",
        /// A renewal when the mirror queue is full.
        RenewNoRoom = "RP-SW-8",
        /// The store refused and the epoch is over.
        RefusedForGood = "RP-SW-9",
        /// The store refused this one request.
        RefusedForNow = "RP-ST-7",
        /// A datagram longer than a buffer.
        DatagramTooLong = "",
        /// No buffer was free.
        NoBuffer = "RP-ST-7",
        /// It came in by a port whose number does not fit a message.
        PortTooHigh = "",
        /// A packet while the last complete snapshot is too old, under `StopForwarding`.
        Stale = "RP-SN-5",
        /// A packet whose structure the store has not handed over within the bound.
        NotRestored = "RP-SN-6",
        /// A snapshot message of another epoch, or of a snapshot that is not under way.
        SnapshotOld = "RP-SN-3",
        /// A snapshot message whose slots are not those of the structure.
        SnapshotRange = "RP-SN-3",
    }
}

counted! {
    /// What was done.
    Event {
        /// A packet that the program does not handle was passed on.
        Passed = "",
        /// A read went out at once.
        ReadForwarded = "RP-SW-3",
        /// A packet asked the store for a lease.
        LeaseRequested = "RP-SW-1",
        /// A lapsed lease stopped a packet.
        LeaseLapsed = "RP-SW-2",
        /// A write was begun.
        WriteBegun = "RP-SW-4",
        /// A write's output was released by its ack.
        WriteReleased = "RP-SW-5",
        /// A read that saw an unacked write was held.
        ReadHeld = "RP-SW-3",
        /// Its output was released.
        HoldReleased = "RP-SW-3",
        /// A copy was dropped: its write is acked.
        CopyAcked = "RP-SW-6",
        /// A copy was dropped: the flow has a newer write.
        CopySuperseded = "RP-SW-6",
        /// A copy was dropped: the slot has another epoch, or none, or the lease is over.
        CopyOldEpoch = "RP-SW-6",
        /// A write or a give-up was sent again.
        Resent = "RP-SW-6",
        /// A grant installed state.
        GrantInstalled = "RP-SW-7",
        /// A grant extended the deadline and changed nothing else.
        GrantExtended = "RP-SW-7",
        /// A grant's packet was processed as one that just arrived.
        Reprocessed = "RP-SW-7",
        /// A renewal was sent.
        RenewSent = "RP-SW-8",
        /// A renewal was answered.
        Renewed = "RP-SW-8",
        /// A slot changed flows.
        SlotReused = "RP-SW-9",
        /// A lease was given up.
        GaveUp = "RP-SW-9",
        /// The store confirmed that.
        GiveUpConfirmed = "RP-SW-9",
        /// A request renounced an epoch.
        RenouncedInRequest = "RP-SW-9",
        /// The store asked for a lease back.
        Recalled = "RP-SW-9",
        /// A packet went on without a lease, under `BoundedOpen`.
        WentOpen = "RP-SW-11",
        /// A slot was swept.
        Swept = "RP-SW-12",
        /// A snapshot was begun.
        SnapshotBegun = "RP-SN-1",
        /// A snapshot that was due waits for the one that runs.
        SnapshotWaits = "RP-SN-2",
        /// A run of slots was sent.
        SlotsSent = "RP-SN-4",
        /// A run of slots was sent again.
        SlotsResent = "RP-SN-4",
        /// A snapshot was acknowledged complete.
        SnapshotComplete = "RP-SN-4",
        /// A snapshot ended before it was complete: its lease is over.
        SnapshotAbandoned = "RP-SN-4",
        /// A structure was emptied: its window was over.
        WindowEnded = "",
        /// A packet was handled while the last complete snapshot was too old.
        StaleWentOn = "RP-SN-5",
        /// A packet waits for the structure to be restored.
        Restoring = "RP-SN-6",
        /// A run of slots was asked for, to restore the structure.
        SlotsFetched = "RP-SN-6",
        /// A structure was restored, or begun empty.
        Restored = "RP-SN-6",
        /// Store: a run of slots was taken in.
        SlotsTaken = "RP-SN-3",
        /// Store: a snapshot was complete and replaced the one before.
        SnapshotReplaced = "RP-SN-4",
        /// Store: slots of an old snapshot were refused.
        OldSlotsRefused = "RP-SN-3",
        /// Store: a run of slots was handed to the owner.
        SlotsHanded = "RP-SN-6",
        /// Store: a record was made.
        RecordMade = "RP-ST-1",
        /// Store: a new flow was granted.
        GrantedNew = "RP-ST-2",
        /// Store: the same owner was granted the same epoch again.
        GrantedAgain = "RP-ST-2",
        /// Store: a switch that has booted was granted the next epoch at once.
        GrantedNextBoot = "RP-ST-2",
        /// Store: a lapsed or given-up lease went to the next owner.
        GrantedNext = "RP-ST-2",
        /// Store: a request waits for a live lease.
        RequestWaits = "RP-ST-2",
        /// Store: a recall was sent.
        RecallSent = "RP-ST-2",
        /// Store: a request that renounces the current epoch counted as a give-up.
        RenouncedByRequest = "RP-ST-2",
        /// Store: a lease was given up.
        GiveUpTaken = "RP-ST-2",
        /// Store: a write was applied.
        WriteApplied = "RP-ST-3",
        /// Store: an old write was acked because what covers it is committed.
        OldWriteAcked = "RP-ST-3",
        /// Store: a write of another epoch was refused.
        WriteRefused = "RP-ST-3",
        /// Store: an answer waited for its record to be durable.
        AnswerWaited = "RP-ST-4",
        /// Store: a hold was answered.
        HoldAnswered = "RP-ST-5",
        /// Store: a hold waits for its write.
        HoldWaits = "RP-ST-5",
        /// Store: a buffer was full and the newest arrival refused.
        LimitReached = "RP-ST-7",
        /// Store: two records were made at once.
        PairMade = "RP-ST-8",
        /// Store: a flow ended or idled and its record was deleted.
        Expired = "RP-ST-9",
        /// Store: a new record started above every older epoch.
        EpochRaised = "RP-ST-10",
    }
}

/// A counter for each [`Reason`] and each [`Event`], in their order. They wrap; readers take differences.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct Counters {
    reasons: [u32; Reason::ALL.len()],
    events: [u32; Event::ALL.len()],
}

impl Counters {
    /// All zero.
    pub const fn new() -> Self {
        Self { reasons: [0; Reason::ALL.len()], events: [0; Event::ALL.len()] }
    }

    /// Counts a reason. Out of line, so that the optimizer branches to it and does not mix it with what happens to most packets.
    #[inline(never)]
    pub fn ignore(&mut self, reason: Reason) {
        #[cfg(feature = "defmt")]
        log_reason(reason);
        if let Some(counter) = self.reasons.get_mut(reason as usize) {
            *counter = counter.wrapping_add(1);
        }
    }

    /// Counts an event.
    #[inline(always)]
    pub fn count(&mut self, event: Event) {
        #[cfg(feature = "defmt")]
        log_event(event);
        if let Some(counter) = self.events.get_mut(event as usize) {
            *counter = counter.wrapping_add(1);
        }
    }

    /// How often this was the reason.
    pub fn reason(&self, reason: Reason) -> u32 {
        self.reasons.get(reason as usize).copied().unwrap_or(0)
    }

    /// How often this happened.
    pub fn event(&self, event: Event) -> u32 {
        self.events.get(event as usize).copied().unwrap_or(0)
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self::new()
    }
}

/// Warns of what loses packets or state that somebody counted on; anybody can cause the rest by sending rubbish.
#[cfg(feature = "defmt")]
fn log_reason(reason: Reason) {
    match reason {
        Reason::MirrorFull
        | Reason::TableFull
        | Reason::StoreSilent
        | Reason::AckBeyondSeq
        | Reason::RecallNoRoom
        | Reason::RenewNoRoom
        | Reason::RefusedForGood
        | Reason::RefusedForNow
        | Reason::NoBuffer => defmt::warn!("ignored: {} ({=str})", reason, reason.rule()),
        _ => defmt::debug!("ignored: {}", reason),
    }
}

#[cfg(feature = "defmt")]
fn log_event(event: Event) {
    match event {
        Event::LeaseLapsed
        | Event::GrantInstalled
        | Event::GaveUp
        | Event::GiveUpConfirmed
        | Event::Recalled
        | Event::WentOpen
        | Event::RecordMade
        | Event::GrantedNextBoot
        | Event::GrantedNext
        | Event::GiveUpTaken
        | Event::Expired => defmt::info!("{} ({=str})", event, event.rule()),
        _ => defmt::trace!("{}", event),
    }
}
