"""Errors that a user can correct."""


class UserError(Exception):
    """Mistake of the user: the message is shown without a traceback.

    It says what was received, what is allowed and what to do.
    """
