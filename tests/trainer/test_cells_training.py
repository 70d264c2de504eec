"""Experiments of the trainer's custom cells, from the command line to the log."""

from typing import get_args

import keras
import numpy as np
import pytest

import tb_rnnviz as rv
from tests.trainer.conftest import ROOT
from trainer.__main__ import main
from trainer.cells import CELLS
from trainer.config import Config, Model
from trainer.experiment import load_experiment, revise
from trainer.models import build_model

EXPERIMENTS = {
    "mingru_char": ("MinGRU", "mingru"),
    "slstm_char": ("SLSTM", "slstm"),
    "multi_zone_char": ("MultiZone", "multizone"),
}

QUICK = [
    "model.n_hidden_neurons=6", "embedding.size=4", "recording.probe_tokens=60",
    "synthesis.length_synthesized_text=20", "training.seq_length=16", "training.batch_size=8",
]  # fmt: skip


def test_every_custom_cell_has_an_experiment():
    assert {cell for cell, _ in EXPERIMENTS.values()} == set(CELLS)
    for name, (cell, _) in EXPERIMENTS.items():
        assert load_experiment(ROOT / "configs" / f"{name}.yaml").model.cell == cell


@pytest.mark.parametrize("cell", get_args(Model.model_fields["cell"].annotation))
def test_every_cell_that_an_experiment_may_name_can_be_built(cell):
    sizes = {"model.cell": cell, "model.n_hidden_layers": 2, "model.n_hidden_neurons": 5}
    config = revise(Config(), sizes | {"model.weight_init": "random"})
    model = build_model(config, vocabulary_size=9, vectors=None)
    first, second = (layer for layer in model.layers if isinstance(layer, keras.layers.RNN))
    assert (first.name, second.name) == (cell.lower(), f"{cell.lower()}_1")
    assert first.cell.units == 5 and first.cell.kernel_initializer.stddev == 0.01
    assert type(first.cell).__name__ == f"{cell}Cell"


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="counts traces of TensorFlow")
def test_the_first_step_of_training_is_traced_once():
    traces = []
    model = build_model(Config(), vocabulary_size=9, vectors=None)
    call = model.call
    model.call = lambda *args, **options: (traces.append(1), call(*args, **options))[1]
    ids = np.arange(32).reshape(2, 16) % 9
    history = model.fit(ids, ids, verbose=0)
    assert len(traces) == 1
    assert set(history.history) == {"loss", "accuracy"}


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_its_experiment_trains_and_its_saved_model_generates(name, small, tmp_path, capsys):
    cell, layer = EXPERIMENTS[name]
    gates = CELLS[cell].roles
    words = ["train", ROOT / "configs" / f"{name}.yaml", "--epochs", 1, "--log-dir", tmp_path]
    words += ["--corpus", small / "text.txt", *(w for option in QUICK for w in ("--set", option))]
    assert main([str(word) for word in words]) == 0
    assert "epoch 1: loss" in capsys.readouterr().out
    run = tmp_path / name
    for step in (-1, 0):
        recorded = rv.load(run, probe="validation", step=step)[layer]
        assert {q: role for q, role in recorded.roles.items() if role} == gates
    words = ["generate", run, "--quantity", next(iter(gates)), "--length", 10, "--neurons", 0]
    assert main([str(word) for word in words]) == 0
    assert f"{layer}, {next(iter(gates))}" in capsys.readouterr().out
    assert set(gates) <= set(rv.load(run, probe="generated")[layer])
