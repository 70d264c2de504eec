"""Subword markers: the text that the tokens of subword tokenizers stand for."""

import codecs
from collections.abc import Callable, Collection, Sequence

from tb_rnnviz.features.running_text import need_gap

Pieces = tuple[list[str], list[str]]
"""Text of every token, and the white space before it that belongs to no token."""

Joiner = Callable[[Sequence[str]], Pieces]

_BLOCK = "▁"  # U+2581


def joiner_for(sequences: Sequence[Sequence[str]]) -> Joiner | None:
    """Returns the function that reads the subword markers of some tokens.

    Known are SentencePiece (`▁fox`), the bytes of GPT-2 (`Ġfox`), WordPiece (`##ick`), and byte
    pairs with `@@` or `</w>` (`Ro@@ stov`, `fox</w>`).

    Args:
        sequences: Sequences of tokens.

    Returns:
        A function of a sequence that returns its `Pieces`; `None` if the tokens have no markers.

    Example:
        >>> joiner_for([["▁Count", "▁Ro", "stov"]])(["▁Count", "▁Ro", "stov"])
        (['Count', ' Ro', 'stov'], ['', '', ''])
        >>> joiner_for([["the", "trick"]]) is None
        True
    """
    distinct = {token for sequence in sequences for token in sequence}
    if any(" " in token or "\t" in token for token in distinct):
        return None
    if any(token.startswith(_BLOCK) for token in distinct):
        return _sentencepiece
    if any(len(token) > 2 and token[:2] == "##" and token[2] != "#" for token in distinct):
        return _wordpiece
    if any(len(token) > 4 and token.endswith("</w>") for token in distinct):
        return _word_ends
    if any(len(token) > 2 and token.endswith("@@") and token[-3] != "@" for token in distinct):
        return _continued
    return _bytes if _are_bytes(sequences, distinct) else None


def _sentencepiece(tokens: Sequence[str]) -> Pieces:
    texts = [token.replace(_BLOCK, " ") for token in tokens]
    if texts:
        texts[0] = texts[0].removeprefix(" ")
    return texts, [""] * len(texts)


def _wordpiece(tokens: Sequence[str]) -> Pieces:
    continues = [len(token) > 2 and token.startswith("##") for token in tokens]
    texts = [token[2:] if c else token for token, c in zip(tokens, continues, strict=True)]
    return texts, _gaps(texts, continues)


def _word_ends(tokens: Sequence[str]) -> Pieces:
    texts = [token.removesuffix("</w>") for token in tokens]
    ended = [text != token for text, token in zip(texts, tokens, strict=True)]
    return texts, _gaps(texts, [not end for end in [True, *ended[:-1]]])


def _continued(tokens: Sequence[str]) -> Pieces:
    texts = [token.removesuffix("@@") for token in tokens]
    is_open = [text != token for text, token in zip(texts, tokens, strict=True)]
    return texts, _gaps(texts, [False, *is_open[:-1]])


def _gaps(texts: Sequence[str], continues: Sequence[bool]) -> list[str]:
    """A space before every text that continues none, unless one of the two is blank."""
    pairs = zip(["", *texts], texts, continues, strict=False)
    return [" " if need_gap(a, b) and not goes_on else "" for a, b, goes_on in pairs]


def _byte_alphabet() -> dict[str, int]:
    """The byte of every character in GPT-2's vocabulary.

    Printable bytes are themselves; the others follow from U+0100 on (Radford et al. 2019,
    `encoder.py`).
    """
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    alphabet = {chr(byte): byte for byte in printable}
    return alphabet | {chr(256 + index): byte for index, byte in enumerate(others)}


_BYTES = _byte_alphabet()


def _bytes(tokens: Sequence[str]) -> Pieces:
    """A character that several tokens share belongs to the last of them."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    texts = [decoder.decode(_bytes_of(token)) for token in tokens]
    if texts:
        texts[-1] += decoder.decode(b"", final=True)
    return texts, [""] * len(texts)


def _bytes_of(token: str) -> bytes:
    """Bytes of a token; an added token may hold characters outside the alphabet."""
    if any(character not in _BYTES for character in token):
        return token.encode()
    return bytes(_BYTES[character] for character in token)


def _are_bytes(sequences: Sequence[Sequence[str]], distinct: Collection[str]) -> bool:
    """True if the tokens are GPT-2's bytes, which decode to text.

    Maltese, Czech or Polish have letters of the alphabet too, but these decode to control
    characters or to no text.
    """
    shifted = any(character > "\xff" for token in distinct for character in token)
    if not shifted or any(not set(token) <= _BYTES.keys() for token in distinct if len(token) < 4):
        return False
    texts = ["".join(_bytes(sequence)[0]).strip("�") for sequence in sequences]
    whole = "".join(texts)
    is_text = "�" not in whole and all(c >= " " and c != "\x7f" or c in "\t\n\r" for c in whole)
    return is_text and any(c in " \n" or c > "\x7f" for c in whole)
