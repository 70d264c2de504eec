"""Epochs: the slider, playing, and those that come while somebody looks."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tb_rnnviz.log_format import RunWriter
from tests.server import Server, tensorboard_server
from tests.tab import planted
from tests.tab.driver import Tab
from tests.tab.planted import HIGH, OLD, SMALL, SPACES, STRENGTH, TEXT

PAUSE = 1.2  # seconds between the epochs of a training


def test_the_slider_goes_through_the_epochs_and_only_colours_move(tab):
    places = tab.characters()
    limit = tab.legend("Text").high
    for epoch in (1, 0, 2):
        tab.slider.fill(str(epoch))
        expect(tab.slider).to_have_attribute("aria-valuetext", f"epoch {epoch}")
        expect(tab.frame.locator("rv-epoch-bar")).to_contain_text(f"loss {1 / (epoch + 2):.3f}")
        tab.wait_for_text()
        legend = tab.legend("Text")
        assert legend.high == limit, "the same colour means the same at every epoch"
        value = legend.value(dict(tab.grounds())[" "])
        assert value == pytest.approx(STRENGTH[epoch] * HIGH, abs=0.05)
    assert tab.characters() == places


def test_arrow_keys_move_by_an_epoch_and_stop_at_the_ends(tab):
    tab.press("ArrowLeft", "ArrowLeft", "ArrowLeft")
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 0")
    tab.press("ArrowRight")
    expect(tab.slider).to_have_attribute("aria-valuetext", "epoch 1")
    tab.until(lambda: tab.address["step"] == "1", "the address has the epoch")


WALK = """(slider) => {
    const walk = (window.walk = []);
    const seen = () => walk.push([slider.getAttribute('aria-valuetext'), performance.now()]);
    new MutationObserver(seen).observe(slider, { attributeFilter: ['aria-valuetext'] });
}"""
"""Writes down where the slider goes, and when, in milliseconds."""


def test_play_walks_to_the_last_epoch_and_stops(tab):
    tab.slider.evaluate(WALK)
    play = tab.frame.get_by_role("button", name="Play the epochs")
    play.click()
    tab.until(lambda: len(tab.slider.evaluate("() => window.walk")) >= 3, "it plays")
    expect(play).to_be_visible()
    epochs, times = zip(*tab.slider.evaluate("() => window.walk"), strict=True)
    assert epochs == ("epoch 0", "epoch 1", "epoch 2")
    assert times[2] - times[0] > 600, "two epochs a second"


def test_space_pauses(tab):
    tab.press("Space", "Space")
    expect(tab.frame.get_by_role("button", name="Play the epochs")).to_be_visible()
    now = tab.epoch
    assert now in ("epoch 0", "epoch 1")
    tab.page.wait_for_timeout(800)
    assert tab.epoch == now


def test_a_triangle_stands_where_a_feature_emerged_and_goes_there(tab):
    emerged = tab.frame.get_by_role("button", name=re.compile("^Since epoch 1 .*space: lstm"))
    track = tab.box(tab.frame.get_by_role("slider", name="Epoch", exact=True))
    assert tab.box(emerged).middle[0] == pytest.approx(track.middle[0], abs=2), "of epochs 0 to 2"
    expect(tab.frame.get_by_role("button", name=re.compile("^Since epoch 0"))).to_have_count(0)
    emerged.click()
    tab.until(lambda: tab.epoch == "epoch 1", "the epoch is chosen")
    expect(tab.unit).to_have_value(str(SPACES))
    assert tab.address["feature"] == "space"


def test_a_run_of_one_epoch_cannot_be_played(new_tab):
    tab = new_tab.open(run=f"{SMALL}/rnnviz")
    expect(tab.frame.get_by_role("button", name="Play the epochs")).to_be_disabled()
    expect(tab.slider).to_be_disabled()


@pytest.fixture
def training(tmp_path, load_fast) -> Iterator[tuple[Server, Callable[[int, int], None]]]:
    """TensorBoard on a run with two epochs, and `train(first, end)` to train on."""
    writer = RunWriter(tmp_path / "run")
    threads: list[threading.Thread] = []

    def epochs(first: int, end: int, pause: float = 0) -> None:
        for step in range(first, end):
            time.sleep(pause)
            recording = planted.recording(TEXT, planted.activity(TEXT, step))
            planted.write(writer, step, [recording])

    def train(first: int, end: int) -> None:
        threads.append(threading.Thread(target=epochs, args=(first, end, PAUSE)))
        threads[-1].start()

    epochs(0, 2)
    with tensorboard_server(tmp_path, load_fast, "--reload_interval=1") as server:
        yield server, train
        for thread in threads:
            thread.join()
    writer.close()


def last_epoch(tab: Tab) -> int:
    return int(tab.slider.get_attribute("max") or 0)


def test_new_epochs_appear_and_do_not_move_what_was_chosen(training, visit):
    server, train = training
    following, looking = visit(server).open(), visit(server).open()
    looking.press("ArrowLeft")
    expect(looking.slider).to_have_attribute("aria-valuetext", "epoch 0")
    looking.page.mouse.click(*looking.characters()[7][1].middle)
    looking.wait_for_text()
    before = looking.grounds()
    train(2, 5)
    expect(following.slider).to_have_attribute("aria-valuetext", "epoch 4")
    following.until(
        lambda: following.legend("Text").value(dict(following.grounds())[" "]) > 0.8,
        "the newest epoch is painted",
    )
    looking.until(lambda: last_epoch(looking) == 4, "the slider has room for the new epochs")
    assert looking.epoch == "epoch 0"
    expect(looking.card().locator(".head")).to_contain_text("token 7")
    # The limits grow with what the new epochs show: paler, but where it was.
    after = looking.grounds()
    assert [character for character, _ in after] == [character for character, _ in before]


def test_tensorboards_reload_button_asks_at_once(tmp_path, visit):
    planted.write_run(tmp_path / "run", steps=1)
    server = tensorboard_server(tmp_path, True, "--reload_interval=1")
    with server as at, visit(at) as tab:
        tab.open()
        asks = re.compile("plugin/rnnviz/index")
        with tab.page.expect_request(asks):  # the next of those that come every five seconds
            pass
        with tab.page.expect_request(asks, timeout=4500):
            tab.page.locator(".reload-button").click()


def test_a_run_that_begins_later_does_not_take_the_place_of_the_one_chosen(tmp_path, visit):
    planted.write_run(tmp_path / OLD, steps=1)
    server = tensorboard_server(tmp_path, True, "--reload_interval=1")
    with server as at, visit(at) as chosen, visit(at) as following:
        chosen.open(run=f"{OLD}/rnnviz")
        following.open()
        planted.write_run(tmp_path / "later", steps=1)
        runs = "rv-run-picker .opener"
        expect(following.frame.locator(runs)).to_contain_text("later")
        chosen.frame.locator(runs).click()
        later = chosen.frame.get_by_role("option", name="later")
        expect(later).to_be_visible()
        expect(chosen.frame.locator(runs)).to_contain_text(OLD)
        later.click()
        expect(chosen.frame.locator(runs)).to_contain_text("later")
