//! What a device counts beside its switch.

macro_rules! counters {
    ($(#[$doc:meta])* $name:ident { $($(#[doc = $fdoc:literal])* $field:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(C)]
        pub struct $name { $($(#[doc = $fdoc])* pub $field: u32,)* }

        impl $name {
            /// All zero.
            pub const ZERO: Self = Self { $($field: 0,)* };

            /// Names, what they count in a sentence, and values, in the order in which they lie in memory.
            pub fn all(&self) -> impl Iterator<Item = (&'static str, &'static str, u32)> {
                [$((stringify!($field), concat!($($fdoc),*).trim_ascii_start(), self.$field),)*].into_iter()
            }
        }
    };
}

counters! {
    /// Counters of a device; they wrap. In C they lie behind those of the switch.
    DeviceCounters {
        /// Frames sent to the store.
        messages_sent,
        /// Datagrams that came from the store.
        datagrams_received,
        /// Datagrams from the store that were dropped for a wrong checksum or length.
        datagrams_damaged,
        /// Messages lost because the hardware address of the next hop was not known yet.
        no_next_hop,
        /// Messages of the device's own that had no buffer, or packets without head room for the headers or too long for a datagram.
        no_buffer,
        /// ARP requests answered.
        arp_answered,
        /// ARP requests sent.
        arp_asked,
        /// Packets kept in the device's memory until the store answers.
        held,
        /// Packets sent to the store within their message because no more could be kept.
        hold_full,
        /// Kept packets that went on when the answer came.
        hold_released,
        /// Kept packets dropped because no answer came in time.
        hold_expired,
        /// Kept packets dropped because their lease generation ended first, or the store refused.
        hold_lost,
        /// Frames dropped because they came in by a port that leads nowhere.
        no_route,
        /// Times the next replica of the store was tried because the current one said that it does not serve.
        moved_refused,
        /// Times the next replica of the store was tried because the current one was silent.
        moved_silent,
    }
}

/// Adds one, wrapping.
pub(crate) fn count(counter: &mut u32) {
    *counter = counter.wrapping_add(1);
}
