"""A run's directory: the model, its vocabulary, its experiment, its learning curve."""

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
    """A directory with everything of one training; TensorBoard reads it, too.

    Args:
        path: The directory.
    """

    path: Path

    @property
    def model(self) -> Path:
        return self.path / "model.keras"

    @property
    def vocabulary(self) -> Path:
        return self.path / "vocabulary.json"

    @property
    def experiment(self) -> Path:
        return self.path / "config.yaml"

    @property
    def probe(self) -> Path:
        return self.path / "probe.json"

    @property
    def history(self) -> Path:
        return self.path / "history.csv"

    @classmethod
    def create(cls, log_dir: Path, name: str) -> "Run":
        """A new directory `name` in `log_dir`; `name-2`, `name-3`, … where that exists."""
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
        """The directory of a saved model."""
        run = cls(path)
        needed = (run.model, run.vocabulary, run.experiment, run.probe)
        missing = [file.name for file in needed if not file.is_file()]
        if missing:
            beside = sorted(p.parent.name for p in path.parent.glob("*/model.keras"))
            there = f"Runs in {path.parent}: {', '.join(beside) or 'none'}."
            raise UserError(
                f"{path} is no run: it has no {', '.join(missing)}. {there} "
                "A run is made by: python -m trainer train configs/char_rnn.yaml"
            )
        return run

    def probe_ids(self) -> Ids:
        """The probe of a saved run, with the one token that comes next."""
        return np.array(json.loads(self.probe.read_text(encoding="utf-8")), np.int32)

    def config(self) -> Config:
        """The experiment of a saved run."""
        return load_experiment(self.experiment)

    def fixed(self) -> dict[str, Any]:
        """What a resumed run cannot change, by option: how text is read, and the network."""
        saved = self.config().model_dump()
        kept = {section: saved[section] for section in ("name", "tokens", "embedding", "model")}
        return kept | {"corpus.flip_input": saved["corpus"]["flip_input"]}

    def tokenizer(self) -> Tokenizer:
        """The vocabulary of a saved run."""
        return Tokenizer.load(self.config().tokens.kind, self.vocabulary)

    def save(self, config: Config, tokenizer: Tokenizer, probe_ids: Ids) -> None:
        """Writes all but the model: a saved run needs neither its corpus nor its experiment."""
        tokenizer.save(self.vocabulary)
        self.probe.write_text(json.dumps(probe_ids.tolist()) + "\n", encoding="utf-8")
        kept = self.path / "features.yaml"
        features = Path(config.recording.features)
        if features != kept.resolve():
            shutil.copyfile(features, kept)
        recording = config.recording.model_copy(update={"features": kept.name})
        corpus = config.corpus.model_copy(
            update={
                "files": tuple(str(Path(f).expanduser().absolute()) for f in config.corpus.files)
            }
        )
        config = config.model_copy(update={"recording": recording, "corpus": corpus})
        self.experiment.write_text(dump_experiment(config), encoding="utf-8")

    def curve(self) -> list[dict[str, float]]:
        """The epochs so far, as `keras.callbacks.CSVLogger` wrote them."""
        if not self.history.is_file():
            return []
        with self.history.open(encoding="utf-8", newline="") as lines:
            return [
                {key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)
            ]
