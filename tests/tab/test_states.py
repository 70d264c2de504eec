"""Empty, loading and failed states of the tab, and narrow windows."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.formats import event_file
from tests.server import tensorboard_server
from tests.tab import planted
from tests.tab.planted import SPACES, TEXT

NO_ANSWER = "TensorBoard does not answer"


def test_without_data_the_tab_is_inactive_and_says_how_to_record(tmp_path, visit, load_fast):
    server = tensorboard_server(tmp_path, load_fast, "--reload_interval=1")
    with server as at, visit(at) as tab:
        tab.page.goto(at.url)
        expect(tab.page.get_by_text("Inactive", exact=False).first).to_be_visible()
        expect(tab.page.get_by_role("tab", name="RNN-Viz")).to_have_count(0)
        tab.open(wait=False)
        app = tab.frame.locator("rv-app")
        expect(app).to_contain_text("No recurrent network was recorded here yet")
        example = app.locator("pre").inner_text()
        compile(example.replace("...", "x"), "<the example>", "exec")
        assert len(example.splitlines()) == 3 and "rv.RNNVizCallback(" in example
        planted.write_run(tmp_path / "run", steps=1)
        tab.wait_for_text()
        assert "".join(character for character, _ in tab.characters()) == TEXT


def test_when_tensorboard_ends_the_tab_says_so_and_tries_again(tmp_path, visit):
    planted.write_run(tmp_path / "run")
    with tensorboard_server(tmp_path) as server:
        tab = visit(server).open()
        tab.allow("ERR_CONNECTION|ERR_SOCKET_NOT_CONNECTED|ERR_EMPTY_RESPONSE|ERR_CONTENT_LENGTH")
    banner = tab.frame.get_by_role("status").filter(has_text=NO_ANSWER)
    expect(banner).to_contain_text("What you see was read before.")
    assert "".join(character for character, _ in tab.characters()) == TEXT
    tab.field("Quantity").select_option("forget_gate")
    for view in ("Text", "Heatmap", "Fourier"):
        expect(tab.view(view)).to_contain_text(NO_ANSWER)
    port = urlsplit(server.url).port
    with tensorboard_server(tmp_path, True, f"--port={port}"):
        expect(banner).to_have_count(0)
        # If the list has changed with the restart, the views have asked again by themselves.
        again = tab.frame.get_by_role("button", name="Try again")
        again.evaluate_all("(buttons) => buttons.forEach((button) => button.click())")
        for view in ("Text", "Heatmap", "Fourier"):
            expect(tab.view(view)).not_to_contain_text(NO_ANSWER)
        tab.wait_for_text()
        expect(tab.view("Text").locator("rv-colors")).to_contain_text("forget gate")
        tab.close()


def test_when_the_list_cannot_be_read_at_first_it_can_be_asked_for_again(museum, visit):
    tab = visit(museum(True))
    tab.allow("500|Internal Server Error")
    broken = "**/data/plugin/rnnviz/index*"
    tab.page.route(broken, lambda route: route.fulfill(status=500, body="no", headers={}))
    tab.open(wait=False)
    alert = tab.frame.get_by_role("alert")
    expect(alert).to_contain_text("The list of recordings could not be read")
    expect(alert).to_contain_text("500")
    tab.page.unroute(broken)
    alert.get_by_role("button", name="Try again").click()
    tab.wait_for_text()


@pytest.mark.parametrize(
    "route, views",
    [("text", ["Text"]), ("activity", ["Text", "Heatmap"]), ("spectrum", ["Fourier"])],
)
def test_an_error_is_shown_where_it_happened(museum, visit, route, views):
    tab = visit(museum(True))
    tab.allow("404|NOT FOUND|Not Found")
    sentence = "There is nothing at step 2. <b>TensorBoard</b> holds the steps [0]"
    tab.page.route(
        f"**/data/plugin/rnnviz/{route}?*",
        lambda asked: asked.fulfill(status=404, body=sentence, content_type="text/plain"),
    )
    tab.open(wait=False)
    for view in views:
        expect(tab.view(view)).to_contain_text(sentence)
    for view in {"Text", "Heatmap", "Fourier"} - set(views):
        expect(tab.view(view)).not_to_contain_text("There is nothing")
    tab.page.unroute(f"**/data/plugin/rnnviz/{route}?*")
    tab.view(views[0]).get_by_role("button", name="Try again").click()
    tab.wait_for_text()
    expect(tab.view(views[-1])).not_to_contain_text("There is nothing")


def test_a_body_that_is_no_container_is_an_error_and_not_a_blank_page(museum, visit):
    tab = visit(museum(True))
    tab.page.route("**/rnnviz/activity?*", lambda asked: asked.fulfill(body=b"\x07\x00\x00"))
    tab.open(wait=False)
    expect(tab.view("Text").get_by_role("alert")).to_be_visible()
    expect(tab.view("Text").get_by_role("button", name="Try again")).to_be_visible()


def test_an_event_file_cut_in_the_middle_shows_what_is_whole(tmp_path, visit, load_fast):
    planted.write_run(tmp_path / "run")
    path = event_file(tmp_path / "run")
    path.write_bytes(path.read_bytes()[:-500])
    with tensorboard_server(tmp_path, load_fast) as server, visit(server) as tab:
        tab.open()
        assert tab.epoch == "epoch 1"
        expect(tab.unit).to_have_value(str(SPACES))


def test_a_path_prefix_changes_nothing(tmp_path, visit):
    planted.write_run(tmp_path / "run")
    server = tensorboard_server(tmp_path, True, "--path_prefix=/a/b")
    with server as at, visit(at) as tab:
        assert urlsplit(at.url).path == "/a/b/"
        tab.allow(r"font-roboto")  # TensorBoard asks for its own font without the prefix
        tab.allow(r"plugin/hparams")
        tab.open()
        expect(tab.unit).to_have_value(str(SPACES))
        tab.view("Fourier").locator("rv-surface").wait_for()
