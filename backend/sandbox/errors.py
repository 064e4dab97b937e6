"""What can go wrong at start, as one sentence for the person who starts the sandbox."""


class StartupError(Exception):
    """A setting or a file cannot be used; the message says what, where and what to do."""
