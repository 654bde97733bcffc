"""When a slot may change flows (RP-SW-9): written down from redplane-core's registers::is_reusable, not by hand."""

MASK = 0xFFFFFFFF


def newer(a, b):
    """Whether serial number a is newer than b."""
    return 0 < ((a - b) & MASK) < 1 << 31


def is_reusable(renounced, deadline, seq, acked, asked, now, period):
    """Whether the slot whose cells these are may be given to another flow."""
    return ((seq == acked or renounced == 2) and not (((newer(deadline, now) or newer(((asked + period) & MASK), now)) or renounced == 1)))
