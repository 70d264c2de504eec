"""Reading and writing experiments: YAML in, a checked `Config` out."""

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from trainer.config import Config
from trainer.errors import UserError


class _Loader(yaml.SafeLoader):
    """YAML 1.2's numbers: 7:9 is text, 1e-3 a number."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":int", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^(?:[-+]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?|[-+]?\.(inf|nan))$"),
    list("-+.0123456789"),
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?\d+$"), list("-+0123456789")
)


def load_experiment(path: Path, overrides: Iterable[str] = ()) -> Config:
    """Reads an experiment.

    Args:
        path: The file. Its features' file is looked for beside it.
        overrides: Such as `"training.eta=1e-3"`; the value is YAML.

    Returns:
        The options, the path of the features made absolute.

    Raises:
        UserError: if the file cannot be read or an option is unknown or not allowed.
    """
    options = read_settings(path)
    for override in overrides:
        set_option(options, override)
    config = check(options, str(path))
    features = str((path.parent / config.recording.features).resolve())
    return config.model_copy(
        update={
            "name": config.name or path.stem,
            "recording": config.recording.model_copy(update={"features": features}),
        }
    )


def dump_experiment(config: Config) -> str:
    """The experiment as YAML, which `load_experiment` reads again."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def revise(config: Config, changes: Mapping[str, Any]) -> Config:
    """A config with other values, by `section.option`, checked as those of a file are."""
    options = config.model_dump()
    for key, value in changes.items():
        *sections, name = key.split(".")
        place = options
        for section in sections:
            place = place[section]
        place[name] = value
    return check(options, "What the command line asks for")


def check(options: Mapping[str, Any], source: str) -> Config:
    """The options as a `Config`; `source` names where they come from."""
    try:
        return Config.model_validate(options)
    except ValidationError as error:
        problems = "\n".join(f"  {_explain(entry)}" for entry in error.errors())
        raise UserError(f"{source} is no valid experiment:\n{problems}") from error


def read_settings(path: Path) -> dict[str, Any]:
    """Reads the sections and options of an experiment file, unchecked.

    Raises:
        UserError: if the file cannot be read, is no YAML or maps no sections to options.
    """
    try:
        options = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 (a SafeLoader)
    except OSError as error:
        raise UserError(
            f"Cannot read the experiment {path}: {error.strerror}. "
            "Give a YAML file such as configs/char_rnn.yaml."
        ) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise UserError(f"{path} is no YAML in UTF-8: {error}") from error
    if not isinstance(options, dict):
        raise UserError(
            f"{path} must map sections to options. Received: {options!r}. "
            f"Sections: {', '.join(Config.model_fields)}"
        )
    return options


def set_option(options: dict[str, Any], override: str) -> None:
    """Sets one option in place by `key.path=value`, the value read as YAML.

    Raises:
        UserError: if the override has no key, or its path no section.
    """
    key, equals, value = override.partition("=")
    if not equals or not key:
        raise UserError(
            f"--set takes key.path=value, such as training.eta=1e-3. Received: {override!r}"
        )
    *sections, name = key.split(".")
    for section in sections:
        options = options.setdefault(section, {})
        if not isinstance(options, dict):
            raise UserError(f"--set {override}: {section!r} is an option and holds no others.")
    try:
        options[name] = yaml.load(value, _Loader)  # noqa: S506 (a SafeLoader)
    except yaml.YAMLError as error:
        raise UserError(f"--set {override}: the value is no YAML. Put it in quotes.") from error


def _explain(entry: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in entry["loc"])
    if entry["type"] == "extra_forbidden":
        known = _known(entry["loc"][:-1])
        close = difflib.get_close_matches(str(entry["loc"][-1]), known, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        return f"{place} is unknown.{hint} Known here: {', '.join(known)}"
    message = entry["msg"].removeprefix("Value error, ")
    return f"{place}: {message}. Received: {entry['input']!r}"


def _known(sections: Iterable[Any]) -> list[str]:
    model: type[BaseModel] = Config
    for section in sections:
        annotation = model.model_fields[section].annotation
        model = next((a for a in get_args(annotation) if isinstance(a, type)), annotation)
    return list(model.model_fields)
