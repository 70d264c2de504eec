"""Steps that are written again: readers forget the earlier attempt."""

from __future__ import annotations

import pytest

from tb_rnnviz import load
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.log_format.event_file import last_step
from tb_rnnviz.log_format.reader import load_text
from tests.log_format.providers import assert_complete
from tests.planted_logs import planted_recording, write_planted_recording, write_step

FIRST, SECOND = planted_recording("a b c " * 20, units=7), planted_recording("d e " * 20, units=9)


@pytest.fixture(scope="module")
def repeated(tmp_path_factory):
    """A run of steps 0 to 4; a second writer replaces those from 3 on by 3 alone."""
    log_dir = tmp_path_factory.mktemp("logs") / "run"
    with RunWriter(log_dir) as run:
        for step in range(5):
            write_step(run, step, FIRST)
    with RunWriter(log_dir) as run:
        with pytest.raises(ValueError, match="Step 3 is not after"):
            run.begin(3)
        with run.step(3, replace=True):
            pass
        assert run.last_step == 4
        with run.step(3, replace=True):
            write_planted_recording(run, 3, SECOND)
        assert run.last_step == 3
    return log_dir


def test_load_reads_the_later_recording_of_a_step(repeated):
    assert load(repeated, "novel", 3).tokens == SECOND.tokens
    assert load(repeated, "novel", 2).tokens == FIRST.tokens
    assert load(repeated).step == 3
    assert load_text(repeated, "novel", 3).tokens() == SECOND.tokens


def test_later_steps_of_the_earlier_attempt_are_gone(repeated):
    with pytest.raises(ValueError, match=r"No step 4.*\[0, 1, 2, 3\]"):
        load(repeated, "novel", 4)
    assert last_step(repeated / "rnnviz") == 3


def test_both_servers_know_the_steps_that_load_knows(repeated):
    assert_complete(repeated, [0, 1, 2, 3])
