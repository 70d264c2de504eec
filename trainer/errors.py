"""What went wrong because of what was asked for."""


class UserError(Exception):
    """A sentence for the user: what came, what is allowed, what to do; no traceback is shown."""
