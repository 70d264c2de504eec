"""`recognise_content`: prose, source code, markup, logs, digits or letters."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from tb_rnnviz.core.content import (
    CHARACTERS,
    CONTENT_KINDS,
    DIGITS,
    LETTER_SEQUENCE,
    LOG_LINES,
    NUMBERS,
    PROSE,
    SIGNAL,
    SOURCE_CODE,
    SUBWORDS,
    WORDS,
    Content,
)
from tb_rnnviz.features.language_marks import LANGUAGES, Language
from tb_rnnviz.features.text import Text

SAMPLE = 8_000
"""Characters of a text that are read to recognise it."""

SHORTEST = 12
"""Characters, without blanks, below which nothing is recognised."""

CHARACTER_SHARE = 0.9
"""Share of single characters among tokens of characters; others are special."""

CODE_SCORE = 0.03
"""Weight of marks per word from which a text is code or markup."""

NOISE_SCORE = 0.15
"""As `CODE_SCORE`, for a text whose words do not recur, as in random characters."""

MIN_STRONG_MARKS = 2
"""Strong marks of a language that a text of it has at least."""

OWN_SHARE = 0.08
"""Least share of its own marks in the score of a language that extends another."""

NUMBER_TOKEN = re.compile(
    r"(?:[^\s=]+=)?-?\d+(?:\.\d+)?(?:e[-+]?\d+)?(?: (?:[^\s=]+=)?-?[\d.e+-]+)*"
)
_PROSE_MARKS = frozenset(".,;:!?'\"-()’‘“”—")
_SPACED_MARK = re.compile(r" ?([^\w\s]) ?")
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"[^\W\d_]+")
_LOG = re.compile(
    r"""^.{0,40}?(?:\d{1,2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}[T ]\d|\d{1,2}/[A-Z][a-z]{2}/\d{4})
    |^\W{0,4}(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b
    |^\[\s*\d+\.\d+\]
    |^.{0,20}?\b1\d{9}\.\d+\b
    """,
    re.VERBOSE | re.MULTILINE,
)
_OTHER_LANGUAGES: dict[str, tuple[str, str | None]] = {
    "english": (PROSE, "english"),
    "dna": (LETTER_SEQUENCE, "dna"),
    "rna": (LETTER_SEQUENCE, "rna"),
    "protein": (LETTER_SEQUENCE, "protein"),
}
_HEADER = re.compile(r"^>.*$", re.MULTILINE)
_ALPHABETS = {"dna": "ACGTN", "rna": "ACGUN"}
_AMINO_ACIDS = frozenset("ACDEFGHIKLMNPQRSTVWYXBZ")

FUNCTION_WORDS = frozenset(
    "the of and to a in that is was he for it with as his on be at by i this had not are but from "
    "or have an they which one you were her all she there would their we him been has when who "
    "will no more if out so what up its about into than them can only my".split()
)
"""Most frequent English words without a meaning of their own."""


def recognise_content(text: Text) -> Content:
    r"""Recognises the kind of a text, and its language, from its tokens.

    Args:
        text: The text; its first 8,000 characters are read.

    Returns:
        The content; `"unknown"` if nothing fits, or the tokens are numbers.

    Example:
        >>> content = recognise_content(Text([list("def f(x):\n    return None  # x\n" * 3)]))
        >>> content.kind, content.language, content.level
        ('source code', 'python', 'characters')
    """
    if text.is_signal:
        return Content(
            kind=SIGNAL, level=NUMBERS, evidence=f"the steps have values of {_channels(text)}"
        )
    level = level_of(text)
    if level == NUMBERS:
        return Content(level=level, evidence="the tokens are numbers, such as ids without names")
    running = "\n".join(running.text for running in text.running)[:SAMPLE]
    if level == WORDS and " " not in set(text.flat):
        running = _SPACED_MARK.sub(r"\1", running)
    sample = _Sample(running, level)
    if len(sample.solid) < SHORTEST:
        return Content(level=level, evidence="the text is too short")
    for recognise in (_letter_sequence, _digits, _log_lines, _plain_prose, _language, _prose):
        content = recognise(sample)
        if content is not None:
            return replace(content, level=level)
    return Content(level=level, evidence="no kind of text fits")


def _channels(text: Text) -> str:
    number = len(text.channels)
    return f"{number} channel{'' if number == 1 else 's'}"


def named_content(name: str, text: Text) -> Content:
    """Returns the content that a user named, for a text.

    Args:
        name: Kind, such as `"prose"`, `"source code"` or `"log lines"`; or language, such as
            `"python"`, `"c++"`, `"html"`, `"english"`, `"dna"`, or any that Pygments knows.
        text: The text, whose tokens are at some level.

    Raises:
        ValueError: if there is no such kind or language.

    Example:
        >>> named_content("cpp", Text([list("int main()")])).title
        'source code (c++)'
    """
    kind, language = _kind_and_language(name)
    evidence = f"named as {name!r}"
    return Content(
        kind=kind, language=language, level=level_of(text), confidence=None, evidence=evidence
    )


def check_content(name: str | None) -> None:
    """Checks an argument `content`, the name of a kind or language, or `None`.

    Raises:
        ValueError: if there is no such kind or language.
    """
    if name is not None:
        _kind_and_language(name)


def _kind_and_language(name: str) -> tuple[str, str | None]:
    known: dict[str, tuple[str, str | None]] = {
        language.name: (language.kind, language.name) for language in LANGUAGES
    }
    known |= {kind: (kind, None) for kind in CONTENT_KINDS} | _OTHER_LANGUAGES
    key = name.strip().lower() if isinstance(name, str) else None
    if key in known:
        return known[key]
    aliases = _pygments_aliases(key) if key else ()
    for alias in aliases:
        if alias in known:
            return known[alias]
    if aliases:
        return SOURCE_CODE, key
    raise ValueError(
        f"`content` is a kind of text ({', '.join(CONTENT_KINDS)}), a language "
        f"({', '.join(language.name for language in LANGUAGES)}, "
        f"{', '.join(_OTHER_LANGUAGES)}), or another language that Pygments knows. "
        f"Received: {name!r}."
    )


def _pygments_aliases(name: str) -> tuple[str, ...]:
    """Names of a language in Pygments; none if it is unknown, or not installed."""
    try:
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound
    except ImportError:
        return ()
    try:
        return tuple(get_lexer_by_name(name).aliases)
    except ClassNotFound:
        return ()


def level_of(text: Text) -> str:
    """Returns the level of the tokens of a text.

    Example:
        >>> level_of(Text([list("a cat")])), level_of(Text([["a", "cat"]]))
        ('characters', 'words')
        >>> level_of(Text([["▁a", "▁c", "at"]])), level_of(Text([["17", "4"]]))
        ('subwords', 'numbers')
    """
    characters = sum(len(token) <= 1 for token in text.flat)
    if characters >= CHARACTER_SHARE * len(text.flat):
        return CHARACTERS
    if all(NUMBER_TOKEN.fullmatch(token) for token in set(text.flat)):
        return NUMBERS
    return SUBWORDS if text.has_subwords else WORDS


@dataclass(frozen=True)
class _Sample:
    """Beginning of a text.

    Args:
        text: The text.
        level: Level of its tokens.
    """

    text: str
    level: str

    @cached_property
    def solid(self) -> str:
        """Characters without blanks."""
        return "".join(self.text.split())

    @cached_property
    def letters(self) -> float:
        """Share of letters among the characters that are not blank."""
        return sum(map(str.isalpha, self.solid)) / len(self.solid)

    @cached_property
    def words(self) -> list[str]:
        """Words in lower case, runs of letters."""
        return _WORD.findall(self.text.lower())

    @cached_property
    def lines(self) -> list[str]:
        """Lines that are not blank."""
        return [line for line in self.text.splitlines() if line.strip()]

    @cached_property
    def has_words(self) -> bool:
        """True if at least a fifth of the words of three letters or more recur."""
        words = [word for word in self.words if len(word) > 2]
        counts = Counter(words)
        return sum(n for n in counts.values() if n > 1) >= 0.2 * max(len(words), 1) > 0

    @cached_property
    def english(self) -> float:
        """Share of function words of English among the words."""
        return sum(word in FUNCTION_WORDS for word in self.words) / max(len(self.words), 1)

    @cached_property
    def prose_characters(self) -> float:
        """Share of letters and punctuation marks of prose, without blanks."""
        marks = sum(character in _PROSE_MARKS for character in self.solid)
        return self.letters + marks / len(self.solid)


def _letter_sequence(sample: _Sample) -> Content | None:
    body = _HEADER.sub("", sample.text)
    letters = "".join(body.split())
    if not letters or sum(map(str.isalpha, letters)) < 0.97 * len(letters):
        return None
    alphabet = set(letters)
    is_running = not re.search(r"[^\S\r\n]", body) and sample.level != WORDS
    evidence = f"{len(alphabet)} different letters, no words"
    content = Content(kind=LETTER_SEQUENCE, confidence=1.0, evidence=evidence)
    common = {letter for letter, n in Counter(letters.upper()).items() if n >= 0.02 * len(letters)}
    for language, symbols in _ALPHABETS.items():
        is_cased = letters.isupper() or (is_running and letters.islower())
        if is_cased and common <= set(symbols) and len(common) >= 3 and len(alphabet) <= 12:
            return replace(content, language=language)
    longest_words = max(map(len, body.split()))
    if not is_running or (len(alphabet) > 6 and longest_words < 25):
        return None
    if len(alphabet) <= 6:
        return content
    if letters.isupper() and common <= _AMINO_ACIDS and len(common) >= 12:
        return replace(content, language="protein")
    return content if len(letters) > 25 * len(body.split()) else None


def _digits(sample: _Sample) -> Content | None:
    share = sum(map(str.isdecimal, sample.solid)) / len(sample.solid)
    if share < 0.5 or sample.letters > 0.2:
        return None
    return Content(
        kind=DIGITS, confidence=share, evidence=f"{share:.0%} of the characters are digits"
    )


def _log_lines(sample: _Sample) -> Content | None:
    marks = len(_LOG.findall(sample.text))
    share = marks / max(len(sample.lines), 1)
    if marks < 2 or share < 0.5:
        return None
    evidence = f"{share:.0%} of the lines begin with a time or a level"
    return Content(kind=LOG_LINES, confidence=min(share, 1.0), evidence=evidence)


def _language(sample: _Sample) -> Content | None:
    size = len(_WORD_OR_MARK.findall(sample.text))
    own = {language.name: _score(language, sample.text) / size for language in LANGUAGES}
    total = {}
    for language in LANGUAGES:
        base = own[language.extends] if language.extends else 0.0
        score = own[language.name]
        is_own = not language.extends or score >= OWN_SHARE * (score + base)
        total[language.name] = score + base if is_own else 0.0
    best = max(LANGUAGES, key=lambda language: total[language.name])
    score = total[best.name]
    if score < (CODE_SCORE if sample.has_words else NOISE_SCORE):
        return None
    others = {
        language.name: total[language.name]
        for language in LANGUAGES
        if best.name not in (language.name, language.extends) and best.extends != language.name
    }
    second = max(others, key=lambda name: others[name])
    evidence = (
        f"marks of {best.name} such as {_example(best, sample.text)} weigh {score:.2f} per word, "
        f"those of {second} {others[second]:.2f}"
    )
    return Content(
        kind=best.kind,
        language=best.name,
        confidence=score / (score + others[second]),
        evidence=evidence,
    )


def _score(language: Language, text: str) -> float:
    """Weight of the marks of a language in a text; 0 with fewer than two strong ones."""
    counts = [sum(1 for _ in pattern.finditer(text)) for pattern, _ in language.marks]
    if counts[0] < MIN_STRONG_MARKS:
        return 0.0
    return sum(weight * n for (_, weight), n in zip(language.marks, counts, strict=True))


def _example(language: Language, text: str) -> str:
    """The mark of a language that a text has most often, in quotes."""
    pattern, _ = language.marks[0]
    matches = Counter(match.group().strip()[:20] for match in pattern.finditer(text))
    return repr(matches.most_common(1)[0][0]) if matches else "punctuation"


def _plain_prose(sample: _Sample) -> Content | None:
    """English with hardly any other characters than letters and marks of prose."""
    if sample.english < 0.25 or sample.prose_characters < 0.97:
        return None
    return _prose(sample)


def _prose(sample: _Sample) -> Content | None:
    share = sample.prose_characters
    if share < 0.9 or sample.letters < 0.75 or not sample.words:
        return None
    content = Content(kind=PROSE, confidence=share)
    if sample.english >= 0.15:
        evidence = f"{sample.english:.0%} of the words are function words of English"
        return replace(content, language="english", evidence=evidence)
    count = len(sample.words)
    common = sum(n for _, n in Counter(sample.words).most_common(10)) / count
    is_ideographic = sum(c > "\u2e80" for c in sample.solid) > 0.5 * len(sample.solid)
    has_words = count >= 40 and common > 0.08 and sum(map(len, sample.words)) < 12 * count
    is_text = share >= 0.97 and has_words and count > 3 * len(sample.lines)
    if is_ideographic or is_text:
        evidence = f"{share:.0%} of the characters are letters and punctuation marks"
        return replace(content, evidence=evidence)
    return None
