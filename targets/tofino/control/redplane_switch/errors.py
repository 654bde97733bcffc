"""What a person gets to read when something is wrong: one sentence, no traceback."""


class ControlError(Exception):
    """Something is wrong that the operator can mend: a file, an option, the chip's program, the connection."""
