"""What a study found, `study.json`: kept after every model, so that a later call goes on."""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trainer.errors import UserError
from trainer.study.model_spec import Entry

VERSION = 1
N_GRAM = "n-gram"


@dataclass(frozen=True)
class Result:
    """A model's place in the table. Losses are in nats per character.

    Args:
        name: Of the model.
        model: `SimpleRNN`, `LSTM`, `GRU`, `n-NN` or `n-gram`.
        validation: Loss on the validation text.
        test: Loss on the test text.
        seconds: What it took.
        layers: Recurrent layers.
        units: Units of each.
        n: Characters that an n-NN sees, or the order of an n-gram, which sees n - 1.
        weights: Numbers that were learnt.
        epochs: Epochs, the last perhaps not whole.
        best_epoch: The one that the losses are those of; 0 for before training.
        updates: Batches that were learnt from.
        stopped: `epochs`, `patience`, `time` or `diverged`.
        curve: Training and validation loss of every epoch.
    """

    name: str
    model: str
    validation: float
    test: float
    seconds: float
    layers: int | None = None
    units: int | None = None
    n: int | None = None
    weights: int | None = None
    epochs: int | None = None
    best_epoch: int | None = None
    updates: int | None = None
    stopped: str | None = None
    curve: list[list[float | None]] = field(default_factory=list)


@dataclass
class Results:
    """The results of a study in its directory.

    Args:
        path: The directory.
        settings: Everything that the numbers depend on.
        found: The results so far.
    """

    path: Path
    settings: dict[str, Any]
    found: list[Result] = field(default_factory=list)

    @classmethod
    def open(cls, log_dir: Path, name: str, settings: dict[str, Any]) -> "Results":
        """The directory of a study with these settings, `name`, `name-2`, …, or a new one.

        Raises:
            UserError: if no directory can be made there.
        """
        if not name or Path(name).name != name:
            raise UserError(
                "The names of a study and its grid make up one directory's name. "
                f"Received: {name!r}"
            )
        if log_dir.exists() and not log_dir.is_dir():
            raise UserError(f"--log-dir {log_dir} is a file, not a directory.")
        number = 1
        while True:
            path = log_dir / (name if number == 1 else f"{name}-{number}")
            saved = _read(path / "study.json")
            if saved and saved.get("settings") == settings:
                return cls(path, settings, [Result(**result) for result in saved["results"]])
            if not path.exists():
                break
            number += 1
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise UserError(f"Cannot make the directory {path}: {error.strerror}") from error
        results = cls(path, settings)
        results.save()
        return results

    def add(self, results: Iterable[Result]) -> None:
        """Keeps results, on disk too."""
        self.found += results
        self.save()

    def save(self) -> None:
        """Writes `study.json`, whole or not at all."""
        content = {
            "version": VERSION,
            "unit": "nats per character",
            "settings": self.settings,
            "results": [asdict(result) for result in self.found],
        }
        path = self.path / "study.json"
        new = path.with_suffix(".new")
        new.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        new.replace(path)

    def get(self, entry: Entry) -> Result | None:
        """The result of a model, if it is finished."""
        return next((result for result in self.found if result.name == entry.name), None)


def finite(loss: float) -> float | None:
    """A loss as JSON has it: what is not a number is null."""
    return loss if math.isfinite(loss) else None


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(content, dict) and content.get("version") == VERSION
    return content if known else None
