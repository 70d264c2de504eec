"""Run: directory of a model, its vocabulary, experiment and learning curve."""

import csv
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from trainer.config import Config
from trainer.dataset import Ids
from trainer.errors import UserError
from trainer.experiment import dump_experiment, load_experiment
from trainer.tokenizers import Tokenizer


@dataclass(frozen=True)
class Run:
    """Directory of one training, which TensorBoard reads, too.

    Args:
        path: Path of the directory.
    """

    path: Path

    @property
    def model(self) -> Path:
        """File of the model."""
        return self.path / "model.keras"

    @property
    def vocabulary(self) -> Path:
        """File of the vocabulary."""
        return self.path / "vocabulary.json"

    @property
    def experiment(self) -> Path:
        """File of the experiment."""
        return self.path / "config.yaml"

    @property
    def probe(self) -> Path:
        """File of the probe."""
        return self.path / "probe.json"

    @property
    def history(self) -> Path:
        """File of the learning curve."""
        return self.path / "history.csv"

    @classmethod
    def create(cls, log_dir: Path, name: str) -> "Run":
        """Creates a directory `name` in `log_dir`, or `name-2`, `name-3`, … if it exists.

        Raises:
            UserError: if the name is not that of a directory, or none can be made.
        """
        if not name or Path(name).name != name:
            raise UserError(f"A run's name is one directory's name. Received: {name!r}")
        number = 1
        while True:
            path = log_dir / (name if number == 1 else f"{name}-{number}")
            try:
                path.mkdir(parents=True)
            except FileExistsError:
                if not log_dir.is_dir():
                    raise UserError(f"--log-dir {log_dir} is a file, not a directory.") from None
                number += 1
            except OSError as error:
                raise UserError(f"Cannot make the directory {path}: {error.strerror}") from error
            else:
                return cls(path)

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Opens the directory of a saved model.

        Raises:
            UserError: if a file of the run is missing.
        """
        run = cls(path)
        required = (run.model, run.vocabulary, run.experiment, run.probe)
        missing = [file.name for file in required if not file.is_file()]
        if missing:
            runs = sorted(p.parent.name for p in path.parent.glob("*/model.keras"))
            raise UserError(
                f"{path} is no run: it has no {', '.join(missing)}. "
                f"Runs in {path.parent}: {', '.join(runs) or 'none'}. "
                "A run is made by: python -m trainer train configs/char_rnn.yaml"
            )
        return run

    def probe_ids(self) -> Ids:
        """Reads the ids of the probe, with the one token that follows."""
        return np.array(json.loads(self.probe.read_text(encoding="utf-8")), np.int32)

    def config(self) -> Config:
        """Reads the experiment."""
        return load_experiment(self.experiment)

    def fixed_options(self) -> dict[str, Any]:
        """Returns the options that a resumed run cannot change, by their path.

        They are those of tokenisation, reading order and network.
        """
        saved = self.config().model_dump()
        fixed = {section: saved[section] for section in ("name", "tokens", "embedding", "model")}
        return fixed | {"corpus.flip_input": saved["corpus"]["flip_input"]}

    def tokenizer(self) -> Tokenizer:
        """Reads the tokenizer."""
        return Tokenizer.load(self.config().tokens.kind, self.vocabulary)

    def save(self, config: Config, tokenizer: Tokenizer, probe_ids: Ids) -> None:
        """Writes every file but the model and the learning curve.

        A saved run depends neither on the files of its corpus nor on that of its experiment.
        """
        tokenizer.save(self.vocabulary)
        self.probe.write_text(json.dumps(probe_ids.tolist()) + "\n", encoding="utf-8")
        copy = self.path / "features.yaml"
        features = Path(config.recording.features)
        if features != copy.resolve():
            shutil.copyfile(features, copy)
        recording = config.recording.model_copy(update={"features": copy.name})
        corpus = config.corpus.model_copy(
            update={
                "files": tuple(str(Path(f).expanduser().absolute()) for f in config.corpus.files)
            }
        )
        config = config.model_copy(update={"recording": recording, "corpus": corpus})
        self.experiment.write_text(dump_experiment(config), encoding="utf-8")

    def curve(self) -> list[dict[str, float]]:
        """Reads the metrics of the epochs so far, written by `keras.callbacks.CSVLogger`."""
        if not self.history.is_file():
            return []
        with self.history.open(encoding="utf-8", newline="") as lines:
            return [
                {key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)
            ]
