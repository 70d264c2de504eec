"""Options of a study in the docs and in its file, with their defaults."""

import pytest
import yaml

from tests.test_docs import ROOT, table
from trainer.study.config import Grid, Study, StudyCorpus
from trainer.study.settings import load_study

PAGE = ROOT / "docs" / "trainer.md"
FILE = ROOT / "configs" / "karpathy.yaml"


def documented_options(heading):
    rows = table(PAGE, heading, "option")
    return {row[0].strip("`"): yaml.safe_load(row[1].strip("`")) for row in rows}


def test_the_options_of_a_study_are_documented_with_their_defaults():
    options = Study().model_dump(mode="json", exclude={"corpus", "grids"})
    assert documented_options("Options of a study") == options


def test_the_options_of_a_grid_are_documented_with_their_defaults():
    assert documented_options("Options of a grid") == Grid().model_dump(mode="json")


def test_a_study_has_the_corpus_options_of_experiments():
    more = StudyCorpus().model_dump(mode="json")
    assert more.pop("test_proportion") == 0.1
    assert documented_options("corpus") == more


def test_the_study_file_lists_every_option():
    options = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert list(options) == [name for name in Study.model_fields if name in options]
    assert set(options) == set(Study.model_fields)
    assert set(options["corpus"]) == set(StudyCorpus.model_fields)
    for grid in options["grids"].values():
        assert list(grid) == list(Grid.model_fields)


def test_the_small_grid_has_the_default_options():
    assert load_study(FILE).grids["small"] == Grid()


@pytest.mark.parametrize(
    ("option", "value"),
    [("layers", (1, 2, 3)), ("units", (64, 128, 256, 512)), ("epochs", 50), ("batch_size", 100),
     ("seq_length", 100), ("eta", 0.002), ("decay", 0.95), ("decay_after", 10),
     ("gradient_clip_threshold", 5.0), ("variant", "paper")],
)  # fmt: skip
def test_the_full_grid_has_the_options_of_the_paper(option, value):
    assert getattr(load_study(FILE).grids["full"], option) == value
