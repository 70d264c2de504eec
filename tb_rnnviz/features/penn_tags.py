"""Tags of the Penn Treebank (Marcus, Santorini, Marcinkiewicz 1993, table 2)."""

_WORDS = (
    "CC CD DT EX FW IN JJ JJR JJS LS MD NN NNS NNP NNPS PDT POS PRP PRP$ RB RBR RBS RP SYM TO UH "
    "VB VBD VBG VBN VBP VBZ WDT WP WP$ WRB"
)
_MARKS = "# $ . , : ( ) `` ''"

PENN_TAGS = (*_WORDS.split(), *_MARKS.split())

_TAG_OF_MARK = {
    **dict.fromkeys(".!?", "."),
    **dict.fromkeys((":", ";", "…", "–", "—"), ":"),
    **dict.fromkeys("([{", "("),
    **dict.fromkeys(")]}", ")"),
    **dict.fromkeys(("``", "“", "‘", "«", "„"), "``"),
    **dict.fromkeys(("''", '"', "'", "”", "’", "»"), "''"),
    **dict.fromkeys("$£€¥", "$"),
    ",": ",",
    "#": "#",
}


def tag_of_mark(mark: str) -> str:
    """Returns the Penn tag of a punctuation mark; SYM for marks without a tag.

    Example:
        >>> [tag_of_mark(mark) for mark in ("?", "--", "(", "%")]
        ['.', ':', '(', 'SYM']
    """
    if mark in _TAG_OF_MARK:
        return _TAG_OF_MARK[mark]
    return ":" if len(mark) > 1 and set(mark) <= set(".-") else "SYM"
