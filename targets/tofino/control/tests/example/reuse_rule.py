"""When a slot may change flows (RP-SW-9), for tests: the same function as `redplane gen p4` writes."""


def is_reusable(renounced, deadline, seq, acked, asked, now, period):
    """Whether the slot whose cells these are may be given to another flow."""
    def newer(a, b):
        return 0 < (a - b) & 0xFFFFFFFF < 1 << 31

    in_use = newer(deadline, now) or newer((asked + period) & 0xFFFFFFFF, now) or renounced == 1
    return seq == acked and not in_use
