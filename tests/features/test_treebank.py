"""Words and sentences of a running text."""

import pytest

from tb_rnnviz.features.treebank import as_treebank, find_sentences


def split(text):
    return [[word.text for word in sentence] for sentence in find_sentences(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cats ran", ["The", "cats", "ran"]),
        ("don't can’t", ["do", "n't", "ca", "n’t"]),
        ("It's we'll I'm", ["It", "'s", "we", "'ll", "I", "'m"]),
        ("do n't it 's", ["do", "n't", "it", "'s"]),
        ("the cats' tails", ["the", "cats", "'", "tails"]),
        ("well-known twenty-one", ["well-known", "twenty-one"]),
        ("so--he said ...", ["so", "--", "he", "said", "..."]),
        ("1,000.5 and 10:30, 5th", ["1,000.5", "and", "10:30", ",", "5th"]),
        ("the U.S. army", ["the", "U.S.", "army"]),
        ("Mr. Pierre and Mrs. Dalloway", ["Mr.", "Pierre", "and", "Mrs.", "Dalloway"]),
        ("(a) [b] “c”", ["(", "a", ")", "[", "b", "]", "“", "c", "”"]),
        ("Ça va, Наташа", ["Ça", "va", ",", "Наташа"]),
        ("a_b <eos> 50%", ["a_b", "<", "eos", ">", "50", "%"]),
    ],
)
def test_words_are_split_as_in_the_treebank(text, words):
    assert split(text) == [words]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He ran. She slept.", [["He", "ran", "."], ["She", "slept", "."]]),
        ("Why? Oh! No.", [["Why", "?"], ["Oh", "!"], ["No", "."]]),
        ("What?! No", [["What", "?", "!"], ["No"]]),
        ("the cat . it ran", [["the", "cat", "."], ["it", "ran"]]),
        ('"Go!" He went.', [['"', "Go", "!", '"'], ["He", "went", "."]]),
        ("(So.) He went", [["(", "So", ".", ")"], ["He", "went"]]),
        ("A title\n\nA text", [["A", "title"], ["A", "text"]]),
        ("A title\n \nA text", [["A", "title"], ["A", "text"]]),
        ("hard\nwrapped", [["hard", "wrapped"]]),
        ("end.\nnext", [["end", "."], ["next"]]),
        ("a.b is one", [["a", ".", "b", "is", "one"]]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_at_their_final_marks(text, sentences):
    assert split(text) == sentences


def test_words_are_located_in_the_text_and_cover_all_but_white_space():
    text = 'He said: "It isn\'t 5%."\n\n— Ça? No... (U.S.) x_y\t§'
    covered = set()
    for sentence in find_sentences(text):
        for word in sentence:
            assert text[word.start : word.end] == word.text
            assert covered.isdisjoint(range(word.start, word.end))
            covered.update(range(word.start, word.end))
    assert covered == {i for i, character in enumerate(text) if not character.isspace()}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('"No", he said, "no"', ["``", "No", "''", ",", "he", "said", ",", "``", "no", "''"]),
        ('" no " he', ["``", "no", "''", "he"]),
        ("“no” don’t", ["``", "no", "''", "do", "n't"]),
    ],
)
def test_quotes_are_written_as_in_the_treebank(text, written):
    (sentence,) = find_sentences(text)
    assert as_treebank(sentence) == written
