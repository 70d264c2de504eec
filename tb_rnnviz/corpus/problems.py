"""`Problems`: parts of a corpus that could not be read, counted and listed."""

from __future__ import annotations

import warnings

LISTED = 100
"""Problems that are listed; further ones are counted."""


class Problems:
    """List of what a survey lacks; each is a warning once.

    Attributes:
        listed: Sentences, one a problem.
        count: Number of problems.

    Example:
        >>> problems = Problems(quiet=True)
        >>> problems.add("texts/a.txt is not UTF-8.")
        >>> problems.listed
        ['texts/a.txt is not UTF-8.']
    """

    def __init__(self, listed: list[str] | None = None, *, quiet: bool = False):
        self.listed = list(listed or [])
        self.count = len(self.listed)
        self._quiet = quiet

    def add(self, sentence: str) -> None:
        """Adds a problem, and warns of it the first time."""
        if sentence in self.listed:
            return
        self.count += 1
        if len(self.listed) < LISTED:
            self.listed.append(sentence)
            if not self._quiet:
                warnings.warn(f"The survey is incomplete: {sentence}", stacklevel=2)
