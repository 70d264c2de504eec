"""Matches of features in a text."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tb_rnnviz.core.axis import TIME, TOKENS, with_noun_of
from tb_rnnviz.core.content import Content
from tb_rnnviz.core.digest import FeatureMatches
from tb_rnnviz.features import (
    Feature,
    Text,
    default_features,
    feature_from,
    load_features,
    named_content,
    recognise_content,
)
from tb_rnnviz.recording import Recording

LONGEST_SPEC = 2000
"""Longest spec of a feature that a digest repeats, in characters of JSON."""


def as_features(
    features: Sequence[Feature] | str | os.PathLike | None,
) -> tuple[Feature, ...] | None:
    """Checks an argument `features`, and reads it from its file if it is a path.

    Args:
        features: Features, the path of a YAML file, or `None` for those that follow from the
            content of the text.

    Raises:
        ValueError: If it is no list of features, or two have the same name.
        FileNotFoundError: If there is no file at the path.
    """
    if features is None:
        return None
    if isinstance(features, (str, os.PathLike)):
        return load_features(features)
    if isinstance(features, Feature) or not isinstance(features, Iterable):
        raise ValueError(
            "`features` are a list of features, or the path of a file of them. "
            f"Received: {features!r}"
        )
    features = tuple(features)
    others = [type(feature).__name__ for feature in features if not isinstance(feature, Feature)]
    names = [getattr(feature, "name", None) for feature in features]
    if others or len(set(names)) < len(names):
        raise ValueError(
            "`features` are features with names of their own, as load_features() gives them. "
            f"Received: {others or names}"
        )
    return features


def text_of(recording: Recording, columns: Mapping[str, np.ndarray] | None = None) -> Text:
    """Returns the tokens of a recording, or the steps of its signal, with columns.

    Args:
        recording: The recording.
        columns: Columns (tokens,) by name. Defaults to those of the recording.
    """
    columns = recording.columns if columns is None else columns
    if recording.tokens is None:
        return Text.of_signal(recording.lengths.tolist(), recording.channels, columns)
    return Text(recording.tokens, columns=columns)


def default_features_of(recording: Recording, content: Content) -> Sequence[Feature]:
    """Returns the default features of a recording of a text or signal."""
    channels = recording.axes[recording.axis].channels
    return default_features(content, channels, list(recording.columns))


def content_of(text: Text, name: str | None = None) -> Content:
    """Returns the content of a text, named by the user or else recognised.

    Args:
        text: The text.
        name: Kind or language, as `named_content` takes it. Defaults to none.

    Raises:
        ValueError: If there is no such kind or language.
    """
    return recognise_content(text) if name is None else named_content(name, text)


def match_features(
    features: Sequence[Feature], text: Text
) -> tuple[dict[str, np.ndarray], tuple[FeatureMatches, ...]]:
    """Matches features in a text.

    Returns:
        The values by name, booleans or numbers (tokens,), of the features that could be matched;
        and the number of matches of every feature, or the reason why there is none.
    """
    values, matches = {}, []
    for feature in features:
        count, note = 0, None
        try:
            values[feature.name] = np.asarray(feature.values(text))
        except (ImportError, LookupError, ValueError) as error:
            note = str(error)
        else:
            count = match_count(values[feature.name])
            note = match_note(values[feature.name], TIME if text.is_signal else TOKENS)
        matches.append(FeatureMatches(feature.name, feature.kind, count, note, spec_of(feature)))
    return values, tuple(matches)


def match_count(values: np.ndarray) -> int:
    """Number of tokens that match, or at which a numeric feature has a value.

    Example:
        >>> match_count(np.array([True, False])), match_count(np.array([0.5, np.nan, 0.0]))
        (1, 2)
    """
    return int(values.sum() if values.dtype == bool else np.isfinite(values).sum())


def match_note(values: np.ndarray, axis: str = TOKENS) -> str | None:
    """Reason why a feature has no association with anything, or `None`.

    The axis of the values, by its name, decides the noun: a signal has steps.

    Example:
        >>> match_note(np.array([False, False])), match_note(np.array([True, False]))
        ('matches no token', None)
    """
    is_number, count = values.dtype != bool, match_count(values)
    if not count:
        return "has no value" if is_number else with_noun_of(axis, "matches no token")
    matches_all = not is_number and count == len(values)
    return with_noun_of(axis, "matches every token") if matches_all else None


def spec_of(feature: Feature) -> dict[str, Any] | None:
    """Mapping that defines a feature; `None` if it is long or none does.

    Example:
        >>> from tb_rnnviz.features import Literal
        >>> spec_of(Literal("space", " "))
        {'name': 'space', 'kind': 'literal', 'text': ' '}
        >>> spec_of(Literal("long", "a" * 5000)) is None
        True
    """
    try:
        spec = feature.spec()
        is_short = len(json.dumps(spec, allow_nan=False)) <= LONGEST_SPEC
        return spec if is_short and feature_from(spec) == feature else None
    except (TypeError, ValueError):  # a class outside the registry
        return None


def token_probability(probability: np.ndarray, lengths: Sequence[int] | np.ndarray) -> np.ndarray:
    """Probability that the model gave to every token before reading it.

    Args:
        probability: Probability given at each token to the next one, (tokens,).
        lengths: Tokens of every sequence.

    Returns:
        The probabilities (tokens,), NaN at the first token of each sequence.

    Example:
        >>> token_probability(np.array([0.5, 0.25, 0.125]), [2, 1])
        array([nan, 0.5, nan])
    """
    shifted = np.concatenate([[np.nan], probability[:-1]])[: len(probability)]
    starts = np.cumsum([0, *lengths[:-1]])
    shifted[starts[starts < len(shifted)]] = np.nan
    return shifted
