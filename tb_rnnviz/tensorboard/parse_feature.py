"""Parser of features that a user typed, in JSON or YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import yaml

from tb_rnnviz.features import Feature, feature_from

MAX_MESSAGE = 600
"""Maximum number of characters of an error message."""


class _NoAliases(yaml.SafeLoader):
    """Loader of plain YAML; a few aliases could expand to more than fits into memory."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases, * and a name, are not read here; write it out")
        return super().compose_node(parent, index)


def parse_feature(source: str) -> Feature:
    """Parses one feature, such as an entry of a file of features.

    The source is never a path, and nothing that it names is opened.

    Args:
        source: A mapping, or a list with one mapping, in JSON or YAML.

    Raises:
        ValueError: if it is no feature, with the message of `feature_from`.

    Example:
        >>> parse_feature('- {name: full stop, kind: literal, text: "."}')
        Literal(name='full stop', text='.')
    """
    try:
        spec = json.loads(source)
    except (ValueError, RecursionError):
        spec = _load_yaml(source)
    if isinstance(spec, list) and len(spec) == 1:
        (spec,) = spec
    elif isinstance(spec, list):
        raise ValueError(f"Type one feature at a time. Received: {len(spec)} entries of a list.")
    try:
        return feature_from(spec)
    except RecursionError as error:
        raise ValueError("The feature is nested too deeply. Make it simpler.") from error


def parts(feature: Feature) -> Iterator[Feature]:
    """Yields a feature and the features that it is composed of.

    Example:
        >>> feature = parse_feature("{name: no digit, kind: not, of: {kind: digit}}")
        >>> [part.kind for part in parts(feature)]
        ['not', 'digit']
    """
    yield feature
    for field in fields(feature):
        value = getattr(feature, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Feature):
                yield from parts(part)


def shorten(message: str) -> str:
    r"""Returns a message that can be sent: not too long, and without lone surrogates.

    Example:
        >>> shorten("a" * 700)[-5:], shorten("\ud800")
        ('aaaa…', '\\ud800')
    """
    valid = message.encode("utf-8", "backslashreplace").decode()
    return valid if len(valid) <= MAX_MESSAGE else valid[:MAX_MESSAGE] + "…"


def _load_yaml(source: str) -> Any:
    try:
        return yaml.load(source, _NoAliases)  # A SafeLoader.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise ValueError(f"The feature is no YAML: {reason}. Put patterns in quotes.") from error
