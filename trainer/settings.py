"""Settings files: YAML with overrides, validated by a pydantic model."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from trainer.errors import UserError

Settings = TypeVar("Settings", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """Loader with the numbers of YAML 1.2: 7:9 is text, 1e-3 a number."""


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


@dataclass(frozen=True)
class SettingsFile(Generic[Settings]):
    """A kind of settings file.

    Args:
        schema: Model that describes its sections and options.
        kind: Name of the kind in error messages, such as "experiment".
        example: Path of a file of that kind.
    """

    schema: type[Settings]
    kind: str
    example: str

    def load(self, path: Path, overrides: Iterable[str] = ()) -> Settings:
        """Reads and validates a file.

        Args:
            path: The file.
            overrides: Options such as `"training.eta=1e-3"`; the value is YAML.

        Returns:
            The settings.

        Raises:
            UserError: if the file cannot be read, or an option is unknown or invalid.
        """
        options = self._read(path)
        for override in overrides:
            set_option(options, override)
        return self.validate(options, str(path))

    def validate(self, options: Mapping[str, Any], source: str) -> Settings:
        """Validates sections and options.

        Args:
            options: Values of the options by section.
            source: Origin of the options in error messages.

        Returns:
            The settings.

        Raises:
            UserError: if an option is unknown or invalid; it lists all of them.
        """
        try:
            return self.schema.model_validate(options)
        except ValidationError as error:
            problems = "\n".join(f"  {self._describe(entry)}" for entry in error.errors())
            raise UserError(f"{source} is no valid {self.kind}:\n{problems}") from error

    def revise(
        self, settings: Settings, changes: Mapping[str, Any] | Mapping[tuple[str, ...], Any]
    ) -> Settings:
        """Replaces options and validates the result.

        Args:
            settings: The settings.
            changes: Values by the path of the option, such as `"training.eta"` or
                `("training", "eta")`. Paths through a mapping that lacks the key are ignored.

        Returns:
            The revised settings.

        Raises:
            UserError: if an option is unknown or invalid.
        """
        options = settings.model_dump()
        for path, value in changes.items():
            *sections, name = path.split(".") if isinstance(path, str) else path
            section = options
            for key in sections:
                section = section.get(key, {})
            section[name] = value
        return self.validate(options, "What the command line asks for")

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            text = path.read_text(encoding="utf-8")
            options = yaml.load(text, _Loader)  # noqa: S506 (a SafeLoader)
        except OSError as error:
            raise UserError(
                f"Cannot read the {self.kind} {path}: {error.strerror}. "
                f"Give a YAML file such as {self.example}."
            ) from error
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise UserError(f"{path} is no YAML in UTF-8: {error}") from error
        if not isinstance(options, dict):
            raise UserError(
                f"{path} must map sections to options. Received: {options!r}. "
                f"Sections: {', '.join(self.schema.model_fields)}"
            )
        return options

    def _describe(self, entry: Mapping[str, Any]) -> str:
        """Describes an entry of pydantic's list of errors."""
        path = ".".join(str(part) for part in entry["loc"])
        if entry["type"] == "extra_forbidden":
            known = list(self._section(entry["loc"][:-1]).model_fields)
            close = difflib.get_close_matches(str(entry["loc"][-1]), known, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            return f"{path} is unknown.{hint} Known here: {', '.join(known)}"
        message = entry["msg"].removeprefix("Value error, ")
        return f"{path}: {message}. Received: {entry['input']!r}"

    def _section(self, path: Iterable[Any]) -> type[BaseModel]:
        """Returns the model of a section; keys of mappings in its path are skipped."""
        model: type[BaseModel] = self.schema
        for part in path:
            if part in model.model_fields:
                annotation = model.model_fields[part].annotation
                types = [annotation, *get_args(annotation)]
                model = next((t for t in types if _is_model(t)), model)
        return model


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def set_option(options: dict[str, Any], override: str) -> None:
    """Sets one option in place by `key.path=value`, with the value read as YAML.

    Args:
        options: Values of the options by section.
        override: The option, such as `"training.eta=1e-3"`.

    Raises:
        UserError: if the override has no key, its path leads through an option, or its value is no
            YAML.

    Example:
        >>> options = {"training": {"n_epochs": 3}}
        >>> set_option(options, "training.eta=1e-3")
        >>> options
        {'training': {'n_epochs': 3, 'eta': 0.001}}
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
