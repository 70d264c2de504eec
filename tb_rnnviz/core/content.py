"""`Content`: the kind of text that a probe holds, such as prose or source code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tb_rnnviz.core.json_object import JsonObject
from tb_rnnviz.core.numbers import json_value

PROSE = "prose"
SOURCE_CODE = "source code"
MARKUP = "markup"
LOG_LINES = "log lines"
DIGITS = "digits"
LETTER_SEQUENCE = "letter sequence"
SIGNAL = "signal"
UNKNOWN = "unknown"

CONTENT_KINDS = (
    *(PROSE, SOURCE_CODE, MARKUP, LOG_LINES, DIGITS, LETTER_SEQUENCE, SIGNAL, UNKNOWN),
)
"""Values of `Content.kind`."""

CHARACTERS, SUBWORDS, WORDS, NUMBERS = "characters", "subwords", "words", "numbers"

LEVELS = (CHARACTERS, SUBWORDS, WORDS, NUMBERS)
"""Values of `Content.level`."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Kind of text of some tokens; the default features follow from it.

    Attributes:
        kind: One of `CONTENT_KINDS`.
        language: Language of the text, such as `"c++"`, `"html"`, `"english"` or `"dna"`; `None`
            if it is not known.
        level: Level of the tokens: `"characters"`, `"subwords"`, `"words"`, or `"numbers"` for ids
            without names and numeric channels.
        confidence: Share of the evidence that speaks for this kind and language, 0 to 1; 0 if the
            content is unknown, `None` if the user named it.
        evidence: Evidence in one sentence.
    """

    kind: str = UNKNOWN
    language: str | None = None
    level: str = CHARACTERS
    confidence: float | None = 0.0
    evidence: str = ""

    @property
    def title(self) -> str:
        """Kind and language in words.

        Example:
            >>> Content(kind="source code", language="c++").title
            'source code (c++)'
        """
        return f"{self.kind} ({self.language})" if self.language else self.kind

    def to_json(self) -> dict[str, Any]:
        """Returns a JSON object, `content` in a digest."""
        return json_value(dict(vars(self)))

    @classmethod
    def from_json(cls, json: Any) -> Content:
        """Reads what `to_json` returned; raises a ValueError naming a key that is wrong."""
        content = JsonObject(json, "the content of a digest")
        confidence = content.get("confidence")
        return cls(
            kind=content.text("kind"),
            language=content.optional_text("language"),
            level=content.text("level"),
            confidence=None if confidence is None else content.number("confidence"),
            evidence=content.text("evidence"),
        )
