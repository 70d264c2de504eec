import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.errors import UserError
from trainer.tokenizers import RARE, Tokenizer

TEXT = "Two  words,\nno more: l'été, naïve_1 — end.\t"


@pytest.mark.parametrize("kind", ["character", "word"])
@given(text=st.text())
def test_joined_tokens_are_the_text(kind, text):
    assert "".join(Tokenizer.split(kind, text)) == text


@given(text=st.text())
def test_words_are_runs_of_word_characters_and_other_characters_are_single_tokens(text):
    assert Tokenizer.split("word", text) == re.findall(r"\w+|[^\w]", text)


def test_every_space_is_a_token():
    assert Tokenizer.split("word", "a  b") == ["a", " ", " ", "b"]


@pytest.mark.parametrize("kind", ["character", "word"])
def test_encoding_and_decoding_gives_the_text_back(kind):
    tokens = Tokenizer.split(kind, TEXT)
    tokenizer = Tokenizer.fit(kind, tokens)
    assert tokenizer.decode(tokenizer.encode(tokens)) == TEXT


def test_rare_and_unknown_tokens_are_id_zero():
    tokenizer = Tokenizer.fit("word", ["a", "a", "b"], threshold=2)
    assert tokenizer.vocabulary == (RARE, "a")
    assert tokenizer.encode(["a", "b", "c"]).tolist() == [1, 0, 0]


def test_the_vocabulary_is_sorted_by_frequency_then_by_name():
    assert Tokenizer.fit("character", "bbcaad").vocabulary == (RARE, "a", "b", "c", "d")


def test_a_vocabulary_survives_saving_and_loading(tmp_path):
    tokenizer = Tokenizer.fit("character", 'é\n\u2028"\\ ')
    tokenizer.save(tmp_path / "vocabulary.json")
    assert Tokenizer.load("character", tmp_path / "vocabulary.json").vocabulary == (
        tokenizer.vocabulary
    )


@pytest.mark.parametrize("content", ["{}", "[]", '["a"]', "no JSON"])
def test_a_file_that_is_no_vocabulary_raises_an_error(tmp_path, content):
    path = tmp_path / "vocabulary.json"
    path.write_text(content)
    with pytest.raises(UserError, match="vocabulary"):
        Tokenizer.load("word", path)


def test_an_error_for_a_prompt_outside_the_vocabulary_names_close_tokens():
    tokenizer = Tokenizer.fit("word", ["government", " ", "house"])
    with pytest.raises(UserError) as caught:
        tokenizer.encode_known("goverment house", "The prompt")
    message = str(caught.value)
    assert "The prompt holds tokens outside the vocabulary: ['goverment']" in message
    assert "Close to 'goverment': 'government'" in message


def test_an_empty_prompt_raises_an_error():
    with pytest.raises(UserError, match="The prompt is empty"):
        Tokenizer.fit("word", ["a"]).encode_known("", "The prompt")
