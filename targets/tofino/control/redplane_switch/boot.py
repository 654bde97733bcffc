"""The switch's boot number (incarnation): one more at each start, wrapping, never forgotten.

The store takes a request with a newer number as the word of a switch that has lost all memory: its former leases are dead at
once (RP-ST-2). A number that is used twice would bring a dead lease back, so it is on the disk before it is used.
"""

import os

from .errors import ControlError


def next_incarnation(path: str) -> int:
    """The number after the one in the file, 1 if there is no file; it is in the file, durably, when this returns."""
    try:
        with open(path, encoding="ascii") as file:
            last = int(file.read())
    except FileNotFoundError:
        last = 0
    except (OSError, ValueError) as error:
        raise ControlError("%s does not hold a boot number: %s. Find out the last one that was used; a smaller one would let "
                           "the store confuse this life of the switch with an earlier one" % (path, error)) from error
    if not 0 <= last <= 0xFFFF:
        raise ControlError("%s holds %d, which is no boot number (0 to 65535)" % (path, last))
    number = (last + 1) & 0xFFFF
    new = path + ".new"
    try:
        with open(new, "w", encoding="ascii") as file:
            file.write("%d\n" % number)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
        folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise ControlError("cannot keep the boot number in %s: %s" % (path, error.strerror)) from error
    return number
