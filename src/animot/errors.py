"""The errors a user sees: what is wrong, and what to do."""


class InputError(ValueError):
    """Something the user gave cannot be used.

    The message is one line that names the thing, says what is wrong with it and what to do.
    The command line prints it and exits with code 2; nothing half-written stays behind.
    """


class InputWarning(UserWarning):
    """Something the user gave can be used in part, and the message says which part."""


class ProcessLostError(RuntimeError):
    """Several processes learned together, and this one must end because another one did.

    The message is one line. The command line prints it and exits with code 1.
    """
