"""A feature as someone types it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import yaml

from tb_rnnviz.features import Feature, feature_from

LONGEST = 600
"""Characters of a sentence about what was typed."""


class _NoAliases(yaml.SafeLoader):
    """Reads plain YAML. A few characters of aliases can stand for more than fits into memory."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases, * and a name, are not read here; write it out")
        return super().compose_node(parent, index)


def parse(typed: str) -> Feature:
    """Makes a feature from JSON or YAML; an entry of a file of features is one.

    The text is never a path, and nothing in it is opened.

    Raises:
        ValueError: if it is no feature; with the sentence of `feature_from` where that says why.

    Example:
        >>> parse('- {name: full stop, kind: literal, text: "."}')
        Literal(name='full stop', text='.')
    """
    try:
        spec = json.loads(typed)
    except (ValueError, RecursionError):
        spec = _yaml(typed)
    if isinstance(spec, list) and len(spec) == 1:
        (spec,) = spec
    elif isinstance(spec, list):
        raise ValueError(f"Type one feature at a time. Received: {len(spec)} entries of a list.")
    try:
        return feature_from(spec)
    except RecursionError as error:
        raise ValueError("The feature is nested too deeply. Make it simpler.") from error


def parts(feature: Feature) -> Iterator[Feature]:
    """A feature, and those that it is made of.

    Example:
        >>> [part.kind for part in parts(parse("{name: no digit, kind: not, of: {kind: digit}}"))]
        ['not', 'digit']
    """
    yield feature
    for field in fields(feature):
        value = getattr(feature, field.name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Feature):
                yield from parts(part)


def shortened(sentence: str) -> str:
    r"""A sentence that can be sent: not too long, and without half characters.

    Example:
        >>> shortened("a" * 700)[-5:], shortened("\ud800")
        ('aaaa…', '\\ud800')
    """
    whole = sentence.encode("utf-8", "backslashreplace").decode()
    return whole if len(whole) <= LONGEST else whole[:LONGEST] + "…"


def _yaml(typed: str) -> Any:
    try:
        return yaml.load(typed, _NoAliases)  # a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise ValueError(f"The feature is no YAML: {why}. Put patterns in quotes.") from error
