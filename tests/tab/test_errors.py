"""Errors view: planted errors by the category that would have avoided them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.report import classify_errors, n_gram_baseline
from tests.planted_logs import log_recording
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import FEATURES, SENTENCE

STRANGE = "zqzqz "
"""A word that the training text does not hold."""

BRACKETS = "(a) (bright cold day in) "
TEXT = SENTENCE * 2 + STRANGE + BRACKETS + SENTENCE
CORPUS = SENTENCE * 12

KNOWN = [20, 40, 60, 80, 100, 120]
"""Letters deep inside of sentences of the training text: n-grams know them."""

RARE = [2 * len(SENTENCE) + position for position in (1, 2, 3)]
"""Letters of the strange word behind its first."""

RIGHT, WRONG, GUESS = 0.9, 0.1, 0.7
PREDICTED = len(TEXT) - 1


def target_probability(wrong):
    """Probability of each token before the network read it."""
    probability = np.full(len(TEXT), RIGHT)
    probability[wrong] = WRONG
    probability[0] = np.nan
    return probability


def write_errors(directory, steps):
    """A run in which the tokens of each step are wrong; the last guess is always an x."""
    vocabulary = sorted({*TEXT, "x"})
    ids = np.array([vocabulary.index(token) for token in TEXT])
    baseline = n_gram_baseline([list(TEXT)], list(CORPUS))
    with RunWriter(directory) as writer:
        for step, wrong in enumerate(steps):
            probability = np.append(target_probability(wrong)[1:], np.nan)
            came = np.append(ids[1:], -1)
            guess = np.where(probability < 0.5, vocabulary.index("x"), np.maximum(came, 0))
            columns = {
                "loss": 1.0,
                "target": came,
                "probability": probability,
                "expected": guess[:, None],
                "expected_probability": np.full((len(TEXT), 1), GUESS),
                **classify_errors(target_probability(wrong), baseline),
            }
            one = planted.recording(TEXT, planted.activity(TEXT, step))
            log_recording(writer, one, FEATURES, columns, vocabulary=vocabulary, baseline=baseline)
            writer.flush(step)


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A run whose errors are known, and one without the text that it learnt from."""
    logs = tmp_path_factory.mktemp("errors")
    planted.write_run(logs / "no_corpus", steps=1)
    write_errors(logs / "errors", [[*range(1, 125), *RARE], [*KNOWN, *RARE]])
    with tensorboard_server(logs) as server:
        yield server


@pytest.fixture
def errors(new_tab):
    tab = new_tab.open(run="errors/rnnviz")
    tab.show("Errors")
    view = tab.view("Errors")
    expect(view.locator(".category").first).to_be_visible()
    return view


def category(view, name):
    return view.locator(f'.category[data-name="{name}"]')


def widths(view):
    """Of the stacked bar, by category."""
    parts = view.locator("svg.bar .part").all()
    return {part.get_attribute("data-name"): float(part.get_attribute("width")) for part in parts}


def test_the_rate_and_the_shares_are_those_planted(errors):
    total = len(KNOWN) + len(RARE)
    expect(errors.locator(".head")).to_contain_text(f"{total} of {PREDICTED} tokens are errors")
    expect(errors.locator(".rate")).to_have_text(f"{100 * total / PREDICTED:.1f} %")
    expect(category(errors, "n-gram")).to_contain_text(re.compile(r"66\.7 %\s*6"))
    expect(category(errors, "rare word")).to_contain_text(re.compile(r"33\.3 %\s*3"))
    expect(category(errors, "memory")).to_contain_text(re.compile(r"0\.0 %\s*0"))
    drawn = widths(errors)
    assert set(drawn) == {"n-gram", "rare word"}
    assert drawn["n-gram"] == pytest.approx(2 * drawn["rare word"], rel=0.01)
    expect(errors.locator("svg.pie text")).to_have_text(["n-gram", "rare word"])


def test_no_two_kinds_look_the_same(errors):
    fills = errors.locator(".category rect:last-child").evaluate_all(
        "all => all.map((rect) => rect.getAttribute('fill')).filter(Boolean)"
    )
    names = errors.locator(".category").count()
    assert len(set(fills)) == names == 7


def test_a_category_lists_its_errors_and_an_error_is_pinned_in_the_text(new_tab, errors):
    category(errors, "rare word").click()
    samples = errors.locator(".sample")
    expect(samples).to_have_count(len(RARE))
    places = [int(sample.get_attribute("data-token")) for sample in samples.all()]
    assert places == RARE
    expect(samples.first.locator("mark")).to_have_text("q")
    expect(samples.first).to_contain_text("striking z")
    expect(samples.first).to_contain_text("came with 0.100, expected x 0.700")
    samples.first.click()
    new_tab.until(lambda: new_tab.address.get("token") == str(RARE[0]), "the token is pinned")
    expect(new_tab.card()).to_contain_text("q")


def test_tokens_are_sorted_by_what_the_network_gains(errors):
    tokens = errors.locator("svg.gain .token")
    gains = [float(token.get_attribute("data-gain")) for token in tokens.all()]
    assert gains == sorted(gains, reverse=True)
    names = [token.get_attribute("data-token") for token in tokens.all()]
    # The training text does not hold them: an n-gram model hardly expects them.
    assert {"z", "(", ")"} <= set(names[:6])
    expect(
        errors.get_by_role("list", name="Tokens that the network and the n-gram model get wrong")
        .locator("li")
        .first
    ).to_contain_text(f"{len(KNOWN)} only the network")


def test_closing_brackets_stand_by_their_distance(errors):
    chart = errors.get_by_role("slider", name=re.compile("^Mean probability of closing brackets"))
    expect(chart.locator("text.tick")).to_have_text(["2", "16"])
    chart.press("Home")
    expect(chart).to_have_attribute(
        "aria-valuetext", re.compile("^2–3 tokens back, 1 brackets: network 0.900")
    )


def test_over_epochs_errors_become_fewer_and_an_epoch_is_chosen(new_tab, errors):
    history = errors.get_by_role("slider", name="Errors over the epochs")
    expect(history).to_have_attribute("aria-valuetext", re.compile(r"^epoch 1: "))
    history.press("ArrowLeft")
    history.press("Enter")
    new_tab.until(lambda: new_tab.epoch == "epoch 0", "the first epoch is chosen")
    many = len({*range(1, 125), *RARE})
    expect(errors.locator(".rate")).to_have_text(f"{100 * many / PREDICTED:.1f} %")
    history.click(position={"x": new_tab.box(history).width - 8, "y": 50})
    new_tab.until(lambda: new_tab.epoch == "epoch 1", "a click chooses an epoch")


@pytest.mark.parametrize("mode", ["overlay", "difference"])
def test_two_epochs_are_compared_kind_by_kind(new_tab, mode):
    tab = new_tab.open(
        run="errors/rnnviz", step=0, compare="errors/rnnviz", comparestep=1, mode=mode
    )
    tab.show("Errors")
    row = tab.view("Errors").locator("tr[data-name=errors]")
    a, b = (len({*wrong, *RARE}) / PREDICTED for wrong in (range(1, 125), KNOWN))
    expect(row.locator("td")).to_have_text(
        [f"{100 * a:.1f} %", f"{100 * b:.1f} %", f"−{100 * (a - b):.1f} %"]
    )
    expect(tab.view("Errors").get_by_role("slider")).to_be_visible()
    with tab.page.expect_download() as coming:
        tab.menu("Errors").get_by_role("button", name="Numbers (CSV)").click()
    table = Path(coming.value.path()).read_text().splitlines()
    assert table[0].strip() == "about,name,A,B,B - A"
    assert float(table[1].split(",")[4]) == pytest.approx(b - a)


def test_the_text_is_coloured_by_error(new_tab, errors):
    errors.get_by_role("button", name="Colour the text by error").click()
    new_tab.until(
        lambda: new_tab.address.get("color") == "errors", "the text is asked to show errors"
    )


def test_without_the_training_text_it_says_how_to_give_it(new_tab):
    tab = new_tab.open(run="no_corpus/rnnviz")
    tab.show("Errors")
    expect(tab.view("Errors")).to_contain_text("corpus=tokens")
