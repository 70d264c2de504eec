"""`load_features`: reads features from a YAML file."""

from os import PathLike
from pathlib import Path
from typing import Any

from tb_rnnviz.features.feature import Feature, feature_from


def load_features(path: str | PathLike[str]) -> tuple[Feature, ...]:
    """Reads features from a YAML file.

    The file is a list, one feature an entry:

        - {name: space, kind: literal, text: " "}
        - {name: end of sentence, kind: regex, pattern: "[.!?]"}
        - {name: nouns, kind: pos, tags: [NN, NNS, NNP, NNPS]}
        - {name: stop words, kind: stop_words}

    Args:
        path: Path of the file, in UTF-8; `~` is the home directory.

    Returns:
        The features in the order of the file.

    Raises:
        FileNotFoundError: if there is no such file.
        ImportError: if PyYAML is not installed.
        ValueError: if the file is not UTF-8, no YAML, empty or no list, if an entry is no feature,
            or if two have the same name.
    """
    features: dict[str, Feature] = {}
    for number, spec in enumerate(_entries(Path(path).expanduser()), start=1):
        try:
            feature = feature_from(spec)
        except ValueError as error:
            raise ValueError(f"Entry {number} of {path}: {error}") from error
        if feature.name in features:
            raise ValueError(
                f"Entry {number} of {path} has the name {feature.name!r}, which an earlier entry "
                "has. Give every feature a name of its own."
            )
        features[feature.name] = feature
    return tuple(features.values())


def _entries(path: Path) -> list[Any]:
    try:
        import yaml
    except ImportError as error:
        raise ImportError(
            f"Reading {path} needs PyYAML. Install it with: pip install pyyaml."
        ) from error
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"There is no file of features at {path}. Pass the path of a YAML file such as "
            "configs/features.yaml."
        ) from error
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not UTF-8: byte 0x{error.object[error.start]:02x} at position "
            f"{error.start}. Save it in UTF-8."
        ) from error
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is no YAML: {error}. Put patterns in quotes.") from error
    if not isinstance(entries, list) or not entries:
        received = "nothing" if entries is None else f"{entries!r}"
        raise ValueError(
            f"{path} must list features, one an entry, such as "
            f"- {{name: space, kind: literal, text: ' '}}. Received: {received}."
        )
    return entries
