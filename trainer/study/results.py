"""Results of a study, saved to `study.json` after every model."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trainer.errors import UserError
from trainer.study.model_spec import ModelSpec

VERSION = 1
N_GRAM = "n-gram"


@dataclass(frozen=True)
class ModelResult:
    """Result of one model. Losses are in nats per character.

    Args:
        name: Name of the model.
        model: `SimpleRNN`, `LSTM`, `GRU`, `n-NN` or `n-gram`.
        validation: Loss on the validation text.
        test: Loss on the test text.
        seconds: Time for training and evaluation.
        layers: Number of recurrent layers.
        units: Units of each layer.
        n: Number of characters that an n-NN sees, or the order of an n-gram, which sees n - 1.
        weights: Number of trained weights.
        epochs: Number of epochs, the last one possibly incomplete.
        best_epoch: Epoch of the losses; 0 for before training.
        updates: Number of batches that were trained on.
        stopped: Reason why training ended: `epochs`, `patience`, `time` or `diverged`.
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
class StudyResults:
    """Results of a study, in its directory.

    Args:
        path: The directory.
        settings: Settings that the results depend on.
        models: Results of the finished models.
    """

    path: Path
    settings: dict[str, Any]
    models: list[ModelResult] = field(default_factory=list)

    @classmethod
    def open(cls, log_dir: Path, name: str, settings: dict[str, Any]) -> "StudyResults":
        """Opens the directory of a study with the same settings, or creates one.

        Directories are called `name`, `name-2`, `name-3`, ….

        Args:
            log_dir: Directory of the studies.
            name: Name of the study and its grid.
            settings: Settings that the results depend on.

        Raises:
            UserError: if no directory can be created.
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
                return cls(path, settings, [ModelResult(**result) for result in saved["results"]])
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

    def add(self, results: Iterable[ModelResult]) -> None:
        """Adds results and saves them."""
        self.models += results
        self.save()

    def save(self) -> None:
        """Writes `study.json` atomically."""
        content = {
            "version": VERSION,
            "unit": "nats per character",
            "settings": self.settings,
            "results": [asdict(result) for result in self.models],
        }
        path = self.path / "study.json"
        new = path.with_suffix(".new")
        new.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n", encoding="utf-8")
        new.replace(path)

    def get(self, spec: ModelSpec) -> ModelResult | None:
        """Returns the result of a model, None if it is not finished."""
        return next((result for result in self.models if result.name == spec.name), None)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_known = isinstance(content, dict) and content.get("version") == VERSION
    return content if is_known else None
