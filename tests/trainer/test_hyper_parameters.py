"""Hyper-parameters of a run in TensorBoard's HParams tab."""

import gzip
import json

from tests.log_format.providers import SCOPE, log_responses, steps_of
from trainer.config import Config, Corpus, Training
from trainer.hyper_parameters import hyper_parameters


def test_hyper_parameters_are_scalars_by_section_and_option():
    config = Config(
        corpus=Corpus(files=("a.txt", "b.txt")),
        training=Training(eta=0.5, shuffle_data_sets=False, remote_monitor="http://key@host"),
    )
    values = hyper_parameters(config)
    assert values["training.eta"] == 0.5 and values["training.shuffle_data_sets"] is False
    assert values["corpus.files"] == "a.txt, b.txt"
    assert values["model.cell"] == "LSTM" and values["tokens.kind"] == "character"
    assert all(isinstance(value, (bool, int, float, str)) for value in values.values())
    assert "corpus.characters" not in values  # null
    assert not any("key" in str(value) or "display" in name for name, value in values.items())


def test_tensorboard_finds_the_hyper_parameters_of_a_run_beside_its_losses(trained):
    run, _ = trained
    with log_responses(run.parent) as both_servers:
        for responses in both_servers:
            steps_of(responses, 0, "validation")
            packed = responses.scalars(SCOPE, f"{run.name}/rnnviz")
            answer = json.loads(gzip.decompress(packed))
            (hparams,) = answer["hparams"]
            assert hparams["run"] == run.name
            values = hparams["values"]
            assert (values["model.cell"], values["model.n_hidden_neurons"]) == ("LSTM", 6)
            tags = {run["name"]: [one["tag"] for one in run["tags"]] for run in answer["runs"]}
            assert "epoch_loss" in tags["train"] and "epoch_loss" in tags["validation"]
