"""Commands `train` and `generate`, from the command line to the log.

These tests train for a second or two each.
"""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import tb_rnnviz as rv
from tests.trainer.conftest import command
from trainer.__main__ import _parser, main


def test_training_shows_losses_baselines_and_a_coloured_text(trained):
    _, done = trained
    assert "epoch 1: loss" in done.stdout
    assert "unigram" in done.stdout and "trigram" in done.stdout
    assert "Neuron " in done.stdout and "48;2;" in done.stdout
    assert done.stderr == ""


def test_a_run_has_all_files_needed_to_resume_it(trained):
    run, _ = trained
    names = {path.name.partition(".out.tfevents.")[0] for path in run.iterdir()}
    assert names == {
        "events", "model.keras", "vocabulary.json", "config.yaml", "features.yaml", "probe.json",
        "history.csv", "rnnviz", "train", "validation",
    }  # fmt: skip
    assert json.loads((run / "vocabulary.json").read_text(encoding="utf-8"))[0] == "<rare>"


def test_a_run_is_recorded_before_and_after_the_first_epoch(trained):
    run, _ = trained
    before, after = (rv.load(run, probe="validation", step=step) for step in (-1, 0))
    assert before.layers == after.layers == ("lstm",)
    assert after["lstm"]["forget_gate"].shape == (1, 60, 6)
    assert "".join(after.tokens[0]).startswith("The fox no. ")


def test_generated_text_of_a_saved_model_is_recorded(trained):
    run, _ = trained
    done = command(
        "generate", run, "--prompt", "The fox", "--length", 30, "--neurons", "1,3:4", "--quantity",
        "cell_state", "--theme", "light", "--seed", 3,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "lstm, cell_state" in done.stdout and "activity from" in done.stdout
    assert [n for n in range(6) if f"Neuron {n}" in done.stdout] == [1, 3, 4]
    recording = rv.load(run, probe="generated")
    assert recording["lstm"]["hidden_state"].shape == (1, 37, 6)
    assert "".join(recording.tokens[0]).startswith("The fox")


def test_generation_needs_no_corpus(trained, small, tmp_path, capsys):
    run, _ = trained
    text = small / "text.txt"
    hidden = text.rename(tmp_path / "elsewhere.txt")
    try:
        assert main(["generate", str(run), "--color", "never"]) == 0
    finally:
        hidden.rename(text)
    assert "Neuron" in capsys.readouterr().out


def test_a_saved_model_surveys_a_corpus(trained, small, tmp_path, capsys):
    run = shutil.copytree(trained[0], tmp_path / "run")
    arguments = ["survey", run, "--corpus", small / "*.txt", "--color", "never"]
    assert main([str(word) for word in arguments]) == 0
    survey = rv.Survey.load(run / "survey" / "survey.npz")
    output = capsys.readouterr().out
    assert f"{survey.tokens:,} tokens; written to" in output and "AUC" in output
    assert survey.tokens == len((small / "text.txt").read_text(encoding="utf-8"))
    assert survey.features[0].name in output
    assert main(["survey", str(run), "--corpus", "no/such/*.txt"]) == 2
    assert "No file matches" in capsys.readouterr().err


def test_a_resumed_run_continues_its_learning_curve(small, tmp_path, capsys):
    arguments = ["train", small / "small.yaml", "--corpus", small / "text.txt"]
    assert main([str(word) for word in [*arguments, "--log-dir", tmp_path, "--name", "a"]]) == 0
    run = tmp_path / "a"
    resume = [
        "train", "--resume", run, "--epochs", 2, "--set", "training.eta=0.01", "--set",
        "model.n_hidden_neurons=99", "--set", "display.present_tables_in_terminal=false",
    ]  # fmt: skip
    assert main([str(word) for word in resume]) == 0
    with (run / "history.csv").open() as lines:
        assert [row["epoch"] for row in csv.DictReader(lines)] == ["0", "1", "2"]
    assert rv.load(run, probe="validation", step=2)["lstm"].units == 6
    assert (run / "samples" / "epoch-003.ansi").read_text().count("Neuron") == 1
    assert "epoch 3: loss" in capsys.readouterr().out


def test_training_can_be_skipped(small, tmp_path, capsys):
    arguments = ["--corpus", small / "text.txt", "--log-dir", tmp_path, "--no-train"]
    command_line = ["train", small / "small.yaml", *arguments]
    for name in ("small", "small-2"):
        assert main([str(word) for word in command_line]) == 0
        assert rv.load(tmp_path / name, probe="validation").layers == ("lstm",)
        assert not (tmp_path / name / "history.csv").exists()
    assert "epoch" not in capsys.readouterr().out


def test_words_start_with_word2vec_vectors(small, tmp_path, capsys):
    pytest.importorskip("gensim", reason="vectors are trained by gensim")
    options = [
        "tokens.kind=word", "embedding.train=true", "embedding.save=true",
        "embedding.projector_words=5", "training.save_checkpoints=true", "model.cell=GRU",
        "model.n_hidden_layers=2", "model.dropout=0.1", "display.layer=2",
        "display.auto_detect_peak=spectrum", "recording.probe_text=The fox over the lazy dog",
        "training.optimizer=rmsprop", "training.clip_gradients=false", "corpus.flip_input=true",
    ]  # fmt: skip
    words = ["train", small / "small.yaml", "--corpus", small / "text.txt", "--log-dir", tmp_path]
    words += [word for option in options for word in ("--set", option)]
    assert main([str(word) for word in words]) == 0
    run = tmp_path / "small"
    recording = rv.load(run, probe="probe", step=0)
    assert recording.layers == ("gru", "gru_1")
    assert "".join(recording.tokens[0]) == "dog lazy the over fox "
    assert (run / "checkpoints" / "epoch-001.keras").is_file()
    vocabulary = json.loads((run / "vocabulary.json").read_text(encoding="utf-8"))
    vectors = (run / "embedding.txt").read_text(encoding="utf-8").splitlines()
    assert vectors[0] == f"{len(vocabulary)} 4" and len(vectors) == len(vocabulary) + 1
    shown = (run / "train" / "embedding.tsv").read_text().splitlines()
    assert np.array([row.split("\t") for row in shown], float).shape == (5, 4)
    assert "gru_1, hidden_state" in capsys.readouterr().out


def test_paths_may_begin_with_the_home_directory():
    for arguments in (["train", "config.yaml", "--log-dir=~/logs"], ["retest", "f.yaml", "~/logs"]):
        assert _parser().parse_args(arguments).log_dir == Path.home() / "logs"
