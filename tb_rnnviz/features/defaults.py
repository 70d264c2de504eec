"""Default features of a text, which follow from its content."""

from collections.abc import Callable, Sequence

from tb_rnnviz.core.content import (
    CHARACTERS,
    DIGITS,
    LETTER_SEQUENCE,
    LOG_LINES,
    MARKUP,
    NUMBERS,
    PROSE,
    SIGNAL,
    SOURCE_CODE,
    WORDS,
    Content,
)
from tb_rnnviz.features.brackets import BracketDepth, InsideBrackets
from tb_rnnviz.features.capital_letter import CapitalLetter
from tb_rnnviz.features.capitalised import Capitalised
from tb_rnnviz.features.channels import Change, Peak
from tb_rnnviz.features.column import Column
from tb_rnnviz.features.digit import Digit
from tb_rnnviz.features.feature import Feature
from tb_rnnviz.features.frequency import Frequency
from tb_rnnviz.features.line_position import Indentation, LinePosition
from tb_rnnviz.features.literal import Literal
from tb_rnnviz.features.pos import PartOfSpeech
from tb_rnnviz.features.quotes import InsideQuotes
from tb_rnnviz.features.range import Range
from tb_rnnviz.features.regex import Regex
from tb_rnnviz.features.running_text import LINE_BREAK
from tb_rnnviz.features.same_token import SameToken
from tb_rnnviz.features.sentence import SentencePosition
from tb_rnnviz.features.sequence_position import SequencePosition
from tb_rnnviz.features.source_code import Identifier, InsideComment, InsideString, Keyword
from tb_rnnviz.features.tag_depth import TagDepth
from tb_rnnviz.features.word_position import WordPosition

Features = tuple[Feature, ...]

_SPACE = Literal("space", " ")
_LINE_END = Regex("line end", LINE_BREAK, over="text")
_END_OF_SENTENCE = Regex("end of sentence", "[.!?]")
_CAPITAL_LETTER = CapitalLetter("capital letter")
_PUNCTUATION = Regex("punctuation", r"[^\w\s▁]")
_DIGIT = Digit("digit")
_LINE_POSITION = LinePosition("position in the line")
_INDENTATION = Indentation("indentation")
_TAG = InsideBrackets("inside a tag", "<>")

_WITHOUT_TEXT: Features = (
    Frequency("frequency of the token"),
    SameToken("same as the token before"),
    SameToken("same as two tokens before", back=2),
)
"""Features that need no text, for ids without names."""

DEFAULT_FEATURES: Features = (
    _SPACE,
    _LINE_END,
    _END_OF_SENTENCE,
    _CAPITAL_LETTER,
    Regex("digit", r"\d+"),
    _PUNCTUATION,
)
"""Features for a text of unknown content; they need neither tagger nor lexicon."""

PARTS_OF_SPEECH = {
    "a noun": ("NN", "NNS"),
    "a name": ("NNP", "NNPS"),
    "a verb": ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD"),
    "an adjective": ("JJ", "JJR", "JJS"),
    "a pronoun": ("PRP", "PRP$", "WP", "WP$"),
    "a preposition": ("IN", "TO"),
}
"""Penn tags of the parts of speech among the default features of English prose."""

MOST_FEATURES = 16
"""Number of default features of a signal at most."""

_WITHOUT_BRACES = ("python", "ruby", "lua", "sql", "yaml", "bash")
_BASES = {"dna": "T", "rna": "U"}


def default_features(
    content: Content, channels: Sequence[str] = (), columns: Sequence[str] = ()
) -> Features:
    """Returns the features that a text is searched for by default.

    `docs/features.md` lists the sets. Parts of speech are those of whole words; a character or
    subword has the one of its word.

    Args:
        content: Content of the text, from `recognise_content` or `content_from`.
        channels: Names of the channels of a signal. Defaults to none.
        columns: Names of the further columns of a signal. Defaults to none.

    Returns:
        At most 16 features; of a signal its columns, and the value, the change and the peaks of its
        first channels.

    Example:
        >>> content = Content(kind="source code", language="python")
        >>> [feature.name for feature in default_features(content)][:3]
        ['inside a comment', 'inside a string', 'keyword']
    """
    if content.kind == SIGNAL:
        return _signal(channels, columns)
    if content.level == NUMBERS:
        return _WITHOUT_TEXT
    return _SETS[content.kind](content) if content.kind in _SETS else DEFAULT_FEATURES


def _signal(channels: Sequence[str], columns: Sequence[str]) -> Features:
    features: Features = tuple(Column(name, name) for name in columns)[:MOST_FEATURES]
    room = (MOST_FEATURES - len(features)) // 3
    for name in channels[: max(room, 1)]:
        features += (
            Column(name, name),
            Change(f"change of {name}", name),
            Peak(f"peak of {name}", name),
        )
    features += tuple(Column(name, name) for name in channels[max(room, 1) :])
    return features[:MOST_FEATURES]


def _source_code(content: Content) -> Features:
    language = content.language
    features: Features = ()
    if language is not None:
        features = (
            InsideComment("inside a comment", language),
            InsideString("inside a string", language),
            Keyword("keyword", language),
            Identifier("name", language),
        )
    if language in _WITHOUT_BRACES:
        features += (BracketDepth("bracket depth"),)
    else:
        features += (BracketDepth("bracket depth", "()[]"), BracketDepth("depth of braces", "{}"))
    if language in ("c", "c++"):
        directive = r"(?m)^[ \t]*#(?:.*\\\r?\n)*.*"
        features += (Regex("preprocessor line", directive, over="text"),)
    return (*features, *_layout(content))


def _layout(content: Content) -> Features:
    """Features of lines and words, for texts that are laid out by hand."""
    return (
        _INDENTATION,
        _LINE_POSITION,
        _LINE_END,
        *_word_parts(content),
        _CAPITAL_LETTER,
        _DIGIT,
    )


def _prose(content: Content) -> Features:
    article = "" if content.level == WORDS else "in "
    tags = PARTS_OF_SPEECH if content.language == "english" else {}
    return (
        InsideQuotes("inside quotation marks"),
        SentencePosition("position in the sentence"),
        Range("first word of the sentence", SentencePosition("position"), low=1, high=1),
        Capitalised(f"{article}a capitalised word".strip()),
        *(PartOfSpeech(f"{article}{part}", penn) for part, penn in tags.items()),
        *_word_parts(content),
        _LINE_POSITION,
        _LINE_END,
        _PUNCTUATION,
    )


def _markup(content: Content) -> Features:
    language = content.language
    features: Features = (_TAG,)
    if language in ("html", "xml"):
        features += (
            TagDepth("depth of elements"),
            InsideComment("inside a comment", language),
            InsideString("inside an attribute value", language),
            Regex("tag name", r"</?[\w:.-]+", over="text"),
            Regex("entity", r"&[\w#]+;", over="text"),
        )
    elif language == "markdown":
        features += (
            Regex("heading", r"(?m)^#{1,6} .*$", over="text"),
            Regex("code", r"(?ms)^```.*?^```|`[^`\n]+`", over="text"),
            Regex("link", r"\[[^\]\n]*\]\([^)\n]*\)", over="text"),
            Regex("emphasis", r"\*\*?[^*\n]+\*\*?", over="text"),
            Regex("list mark", r"(?m)^ *(?:[*-]|\d+\.) ", over="text"),
        )
    elif language == "latex":
        features += (
            InsideComment("inside a comment", language),
            Regex("formula", r"(?s)\$[^$]+\$|\\\[.*?\\\]|\\\(.*?\\\)", over="text"),
            Regex("command", r"\\[a-zA-Z]+", over="text"),
            BracketDepth("depth of braces", "{}"),
            BracketDepth("bracket depth", "()[]"),
        )
    elif language == "wikitext":
        features += (
            BracketDepth("depth of links", "[]"),
            BracketDepth("depth of templates", "{}"),
            Regex("heading", r"(?m)^=+[^=\n]+=+ *$", over="text"),
            Regex("emphasis", r"'{2,5}[^'\n]+'{2,5}", over="text"),
            Regex("list mark", r"(?m)^[*#:]+", over="text"),
        )
    else:
        features += (
            BracketDepth("bracket depth"),
            Regex("code", r"``[^`\n]+``|`[^`\n]+`", over="text"),
            Regex("directive", r"(?m)^ *\.\. .*$", over="text"),
        )
    return (*features, *_layout(content))


def _log_lines(content: Content) -> Features:
    level = r"\b(?i:trace|debug|info|notice|warn(?:ing)?|error|fatal|critical)\b"
    address = r"(?:\d{1,3}\.){3}\d{1,3}|(?:/[\w.-]+)+"
    return (
        _LINE_POSITION,
        _LINE_END,
        Regex("time", r"\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?", over="text"),
        Regex("date", r"\d{4}-\d{2}-\d{2}|\d{1,2}/\w{3}/\d{4}", over="text"),
        Regex("level", level, over="text"),
        Regex("address or path", address, over="text"),
        InsideBrackets("inside brackets"),
        InsideQuotes("inside quotation marks"),
        *_word_parts(content),
        _CAPITAL_LETTER,
        _DIGIT,
        _PUNCTUATION,
    )


def _digits(content: Content) -> Features:
    return (
        WordPosition("position in the number"),
        Regex("fraction", r"\.\d+", over="text"),
        Regex("operator", "[-+*/^%]"),
        Regex("after the equals sign", r"=[^=\n]*", over="text"),
        BracketDepth("bracket depth"),
        _LINE_POSITION,
        _LINE_END,
        _SPACE,
        _DIGIT,
        *_WITHOUT_TEXT,
    )


def _letter_sequence(content: Content) -> Features:
    features: Features = (Regex("run of a letter", r"(?s)(\S)\1{2,}", over="text"), *_WITHOUT_TEXT)
    if content.language in _BASES:
        base = _BASES[content.language]
        position = SequencePosition("position", period=3)
        stop = f"(?i){base}AA|{base}AG|{base}GA"
        features += (
            *(
                Range(f"{ordinal} letter of three", position, low=index, high=index)
                for index, ordinal in enumerate(("first", "second", "third"))
            ),
            SameToken("same as three tokens before", back=3),
            Regex("start codon", f"(?i)A{base}G", over="text"),
            Regex("stop codon", stop, over="text"),
            Regex("CG", "(?i)CG", over="text"),
        )
    elif content.language == "protein":
        features += (
            Regex("hydrophobic", "(?i)[AVILMFWC]"),
            Regex("charged", "(?i)[DEKRH]"),
        )
    return (*features, _LINE_POSITION, _LINE_END)


def _word_parts(content: Content) -> Features:
    """Features of characters and subwords within words."""
    if content.level == WORDS:
        return ()
    position = WordPosition("position in the word")
    return (position, _SPACE) if content.level == CHARACTERS else (position,)


_SETS: dict[str, Callable[[Content], Features]] = {
    SOURCE_CODE: _source_code,
    PROSE: _prose,
    MARKUP: _markup,
    LOG_LINES: _log_lines,
    DIGITS: _digits,
    LETTER_SEQUENCE: _letter_sequence,
}
