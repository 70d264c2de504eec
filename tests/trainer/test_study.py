"""Command `study`: tables, log and study.json, from the command line."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from rich.console import Console

import tb_rnnviz as rv
from tests.trainer.conftest import ROOT
from trainer.__main__ import main
from trainer.study import run_study

TINY = """\
corpus: {source: files, validation_proportion: 0.2, test_proportion: 0.2}
features: features.yaml
watch: false
probe_tokens: 50
grids:
  small:
    minutes: 5
    cells: [SimpleRNN, GRU]
    layers: [1, 2]
    units: [4]
    n_gram: 4
    n_nn: [2]
    n_nn_units: 8
    n_nn_epochs: 2
    epochs: 2
    batch_size: 4
    seq_length: 8
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A study, `tiny.yaml`, and its corpus."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "tiny.yaml").write_text(TINY)
    (folder / "features.yaml").write_bytes((ROOT / "configs" / "features.yaml").read_bytes())
    lines = (f"The fox no. {i} jumped over the lazy dog.\n" for i in range(20))
    (folder / "text.txt").write_text("".join(lines))
    return folder


def words(folder, logs, *more):
    corpus = folder / "text.txt"
    arguments = ["study", folder / "tiny.yaml", "--corpus", corpus, "--log-dir", logs, *more]
    return [str(word) for word in arguments]


@pytest.fixture(scope="module")
def done(folder, tmp_path_factory):
    """A finished study: `path`, and what was `printed`."""
    logs = tmp_path_factory.mktemp("logs")
    printed = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        console = Console(file=printed, width=100, highlight=False)
        patch.setattr("trainer.__main__.make_console", lambda color: console)
        assert main(words(folder, logs)) == 0
    return SimpleNamespace(path=logs / "tiny-small", printed=printed.getvalue(), logs=logs)


def results(path):
    return {r["name"]: r for r in json.loads((path / "study.json").read_text())["results"]}


def test_the_tables_have_a_row_for_every_size_and_a_column_for_every_kind(done):
    by_name = results(done.path)
    rows = {line.split("│")[1].strip(): line for line in done.printed.splitlines() if "│" in line}
    assert {"1 x 4", "2 x 4", "0", "1", "2", "3"} <= rows.keys()
    for layers in (1, 2):
        for kind in ("RNN", "GRU"):
            result = by_name[f"{kind}-{layers}x4"]
            assert f"{result['validation']:.3f}" in rows[f"{layers} x 4"]
            assert f"{result['test']:.3f}" in rows[f"{layers} x 4"]
    assert f"{by_name['3-gram']['test']:.3f}" in rows["2"]
    assert f"{by_name['2-NN']['test']:.3f}" in rows["2"]
    assert "Cross-entropy, nats per character" in done.printed


def test_study_json_has_every_model_and_no_text(done):
    content = json.loads((done.path / "study.json").read_text())
    assert content["unit"] == "nats per character"
    assert set(results(done.path)) == {
        "1-gram", "2-gram", "3-gram", "4-gram", "2-NN", "RNN-1x4", "GRU-1x4", "RNN-2x4", "GRU-2x4",
    }  # fmt: skip
    assert "fox" not in (done.path / "study.json").read_text()
    network = results(done.path)["RNN-1x4"]
    assert network["epochs"] == len(network["curve"]) == 2
    characters = content["settings"]["corpus"]["vocabulary"]
    assert network["weights"] == 4 * (characters + 4 + 1) + (4 + 1) * characters


def test_the_log_has_the_losses_as_scalars(done):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = EventAccumulator(str(done.path / "GRU-1x4")).Reload()
    logged = [event.value for event in log.Scalars("study/validation")]
    curve = results(done.path)["GRU-1x4"]["curve"]
    assert logged == pytest.approx([validation for _, validation in curve])
    log = EventAccumulator(str(done.path / "n-gram")).Reload()
    assert [event.step for event in log.Scalars("study/n_gram_test")] == [1, 2, 3, 4]


def test_finished_networks_are_recorded_if_watch_is_true(done, folder, tmp_path):
    only = ["--set", "grids.small.cells=[GRU]", "--set", "grids.small.layers=[2]"]
    assert main(words(folder, tmp_path, *only, "--set", "watch=true")) == 0
    recording = rv.load(tmp_path / "tiny-small" / "GRU-2x4", probe="validation")
    assert recording.layers == ("gru", "gru_1")
    assert recording["gru_1"]["update_gate"].shape == (1, 50, 4)
    assert not (tmp_path / "tiny-small" / "2-NN" / "rnnviz").exists()
    assert not (done.path / "GRU-2x4" / "rnnviz").exists()


def test_a_saved_network_has_the_loss_of_the_table(done, folder):
    import keras

    from trainer.study.config import StudyCorpus
    from trainer.study.corpus_split import read_corpus_split
    from trainer.study.early_stopping import loss_on

    text = read_corpus_split(
        StudyCorpus(files=(str(folder / "text.txt"),), validation_proportion=0.2,
                    test_proportion=0.2)
    )  # fmt: skip
    model = keras.models.load_model(done.path / "GRU-2x4" / "model.keras")
    assert loss_on(model, text.test) == pytest.approx(results(done.path)["GRU-2x4"]["test"])


def test_the_same_command_trains_no_finished_model_again(done, folder, capsys, monkeypatch):
    monkeypatch.setattr(run_study, "fit_model", None)
    before = (done.path / "study.json").read_bytes()
    assert main(words(folder, done.logs, "--color", "never")) == 0
    printed = capsys.readouterr().out
    assert "5 of 5 models were finished in an earlier call" in printed
    assert f"{results(done.path)['GRU-2x4']['test']:.3f}" in printed
    assert (done.path / "study.json").read_bytes() == before


def test_other_settings_are_another_study(done, folder, capsys):
    more = ["--set", "seed=1", "--set", "grids.small.cells=[GRU]"]
    assert main(words(folder, done.logs, *more, "--set", "grids.small.layers=[1]")) == 0
    assert set(results(done.logs / "tiny-small-2")) >= {"GRU-1x4"}
    assert len(results(done.path)) == 9
    capsys.readouterr()


def test_an_interrupted_study_prints_its_table_and_the_same_command_continues(
    done, folder, tmp_path, capsys, monkeypatch
):
    fit_model, trained = run_study.fit_model, []

    def interrupted(spec, *rest):
        if spec.name == "RNN-2x4" and spec.name not in trained:
            trained.append(spec.name)
            raise KeyboardInterrupt
        trained.append(spec.name)
        return fit_model(spec, *rest)

    monkeypatch.setattr(run_study, "fit_model", interrupted)
    command = words(folder, tmp_path)
    assert main(command) == 130
    output = capsys.readouterr()
    assert "finished models are kept" in output.err
    so_far = results(tmp_path / "tiny-small")
    assert f"{so_far['GRU-1x4']['test']:.3f}" in output.out and "RNN-2x4" not in so_far
    assert main(command) == 0
    assert trained == ["2-NN", "RNN-1x4", "GRU-1x4", "RNN-2x4", "RNN-2x4", "GRU-2x4"]
    whole = results(tmp_path / "tiny-small")
    assert {name: whole[name] for name in so_far} == so_far
    same_seed = results(done.path)
    for name in whole:
        assert whole[name]["test"] == pytest.approx(same_seed[name]["test"], rel=1e-5)
    capsys.readouterr()


def test_models_share_the_time_budget(folder, tmp_path, capsys):
    seconds = 12  # the machine may be busy, so that what is compared is the share of each
    more = ["--minutes", seconds / 60, "--set", "grids.small.epochs=100000"]
    more += ["--set", "grids.small.patience=100000"]
    more += ["--set", "grids.small.n_nn=[]", "--set", "grids.small.layers=[1]"]
    assert main(words(folder, tmp_path, *more)) == 0
    trained = [r for r in results(tmp_path / "tiny-small").values() if r["stopped"]]
    assert [result["stopped"] for result in trained] == ["time", "time"]
    first, second = (result["seconds"] for result in trained)
    assert max(first, second) < 0.75 * (first + second)
    output = capsys.readouterr().out
    assert "the time was up" in output and "* the time was up before" in output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--grid", "huge"], "There is no grid 'huge'. Allowed for --grid: small"),
        (["--minutes", "0"], "grids.small.minutes: Input should be greater than 0"),
        (["--set", "grids.small.unit=[4]"], "grids.small.unit is unknown. Did you mean units?"),
        (["--set", "grid.small=1"], "grid: Input should be a valid string"),
        (["--set", "sed=1"], "sed is unknown. Did you mean seed?"),
        (["--set", "corpus.sauce=lee"], "corpus.sauce is unknown. Did you mean source?"),
        (["--set", "grids.small.units=[4, 4]"], "Allowed: each value once"),
        (["--set", "grids.small.units=[]"], "grids.small.units: "),
        (["--set", "grids.small.cells=[MLP]"], "'SimpleRNN', 'LSTM' or 'GRU'"),
        (["--set", "grids.small.seq_length=500"], "which is less than seq_length=500"),
        (["--set", "corpus.test_proportion=0.9"], "each needs 2 at least"),
        (["--set", "watch=true", "--set", "features=none.yaml"], "features: "),
        (["--name", "a/b"], "make up one directory's name. Received: 'a/b-small'"),
        (["--corpus", "none*.txt"], "matches no file"),
    ],
)
def test_invalid_options_end_with_an_error(refused, folder, tmp_path, options, message):
    assert message in refused(*words(folder, tmp_path / "logs", *options))
    assert not (tmp_path / "logs").exists()


def test_a_log_directory_that_is_a_file_ends_with_an_error(refused, folder):
    assert "is a file" in refused(*words(folder, folder / "text.txt"))
