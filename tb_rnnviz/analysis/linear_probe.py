"""Linear probes: what can be read from the state of a layer by a linear model."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_rnnviz.analysis._validation import as_activity

BLOCKS = 10
"""Blocks of consecutive steps that are left out together, without groups."""

ALPHAS = np.logspace(-2, 4, 7)
"""Strengths of the penalty of ridge regression that are tried."""


@dataclass(frozen=True, eq=False)
class LinearProbe:
    """Result of a linear probe, on steps that it was not fitted to.

    Attributes:
        score: Of classes, the mean recall over the classes (1 / classes by chance); of numbers, R²
            (0 or less by chance).
        control: Score of the same model on the control task, whose answers are not in the state.
        selectivity: `score` - `control`.
        unit: The best single unit.
        unit_score: Score of a model of that single unit, chosen on the steps that it was fitted
            to. As large as `score`, the answer is in one unit; much smaller, it is spread.
        classes: The classes, sorted; empty for numbers.
    """

    score: float
    control: float
    selectivity: float
    unit: int
    unit_score: float
    classes: tuple[Any, ...] = ()


def linear_probe(
    states: ArrayLike,
    values: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    tokens: Sequence | None = None,
    folds: int = 5,
    seed: int = 0,
) -> LinearProbe:
    """Measures how well a linear model reads a feature or a number from states.

    Classes, that is booleans, integers and strings, are read by logistic regression, floats by
    ridge regression whose penalty is chosen on the steps that it is fitted to. Scores are
    cross-validated: steps of one group are all fitted to, or all predicted.

    A high score alone says little, since many states let a linear model learn any answer. So the
    same model learns a control task (Hewitt and Liang, 2019, arXiv:1909.03368): with `tokens`, a
    value drawn for each distinct token, which the state gives only by the identity of the token;
    without, the values shifted around the text by a random distance, which the state does not give
    at all. Selectivity is the difference.

    Args:
        states: array (steps, units).
        values: value of each step, (steps,); a float that is NaN is left out.
        groups: group of each step, (steps,), such as its sequence. Defaults to 10 blocks of
            consecutive steps.
        tokens: token or id of each step, (steps,), for the control task.
        folds: parts of the cross-validation, at most the number of groups.
        seed: seed of the control task.

    Returns:
        The scores.

    Raises:
        ValueError: if shapes do not fit, there is one class or one group, or `folds` is below 2.
        ImportError: if scikit-learn is not installed.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> states = rng.normal(size=(400, 4))
        >>> probe = linear_probe(states, states[:, 1] + states[:, 2] > 0)
        >>> probe.score > 0.9, abs(probe.control - 0.5) < 0.1, probe.unit_score < 0.85
        (True, True, True)
    """
    activity = np.asarray(as_activity(states, "states"), np.float64)
    answers = np.asarray(values)
    steps = len(activity)
    by_name: dict[str, Any] = {"values": answers, "groups": groups, "tokens": tokens}
    for name, array in by_name.items():
        if array is not None and np.shape(array)[:1] != (steps,) or np.ndim(answers) != 1:
            raise ValueError(
                f"`{name}` must have one value for each of the {steps} steps. "
                f"Received: shape {np.shape(array)}."
            )
    are_numbers = answers.dtype.kind == "f"
    blocks = np.arange(steps) * BLOCKS // max(steps, 1) if groups is None else np.asarray(groups)
    rng = np.random.default_rng(seed)
    control = _control_task(answers, tokens, rng)
    is_used = np.isfinite(activity).all(axis=1)
    if are_numbers:
        is_used &= np.isfinite(answers) & np.isfinite(control)
    _, fold = np.unique(blocks[is_used], return_inverse=True)
    number = int(fold.max(initial=-1)) + 1
    if number < 2 or folds < 2:
        raise ValueError(
            "A linear probe is tested on groups of steps that it was not fitted to, and needs two "
            f"groups and two folds. Received: {number} groups with finite values, folds={folds}."
        )
    fold = rng.permutation(number)[fold] % min(folds, number)
    activity, answers, control = activity[is_used], answers[is_used], control[is_used]
    classes = () if are_numbers else tuple(np.unique(answers).tolist())
    if not are_numbers and len(classes) < 2:
        raise ValueError(f"`values` must have two classes. Received: {list(classes)} only.")
    score, _ = _cross_validated(activity, answers, fold)
    control_score, _ = _cross_validated(activity, control, fold)
    unit_score, unit = _cross_validated(activity, answers, fold, single=True)
    return LinearProbe(score, control_score, score - control_score, unit, unit_score, classes)


def _control_task(values: NDArray, tokens: Sequence | None, rng: np.random.Generator) -> NDArray:
    """Returns a value for each step that the state does not give."""
    steps = len(values)
    if tokens is not None:
        _, kind = np.unique(np.asarray(tokens), return_inverse=True)
        return rng.choice(values, size=int(kind.max(initial=-1)) + 1)[kind]
    return np.roll(values, rng.integers(steps // 4, steps - steps // 4 + 1))


def _cross_validated(
    states: NDArray, values: NDArray, fold: NDArray, single: bool = False
) -> tuple[float, int]:
    """Returns the score on the folds, and the unit that correlates most of all steps.

    Args:
        states: States (steps, units).
        values: Classes or numbers (steps,).
        fold: Number of the fold of each step.
        single: If true, the model is of the unit that correlates most on the steps of the fit.
    """
    predicted = np.empty(len(values), values.dtype)
    for k in range(fold.max() + 1):
        is_test = fold == k
        train, answers, test = states[~is_test], values[~is_test], states[is_test]
        if single:
            unit = _best_unit(train, answers)
            train, test = train[:, [unit]], test[:, [unit]]
        predicted[is_test] = _predict(train, answers, test)
    return _score(values, predicted), _best_unit(states, values)


def _best_unit(states: NDArray, values: NDArray) -> int:
    """Returns the unit with the largest share of variance that the values explain."""
    centred = states - states.mean(axis=0)
    total = np.square(centred).sum(axis=0)
    if values.dtype.kind == "f":
        deviation = values - values.mean()
        between = np.square(deviation @ centred) / max(np.square(deviation).sum(), 1e-300)
    else:
        between = np.zeros(states.shape[1])
        for name in np.unique(values):
            members = centred[values == name]
            between += len(members) * np.square(members.mean(axis=0))
    return int(np.argmax(np.divide(between, total, out=np.zeros_like(total), where=total > 0)))


def _predict(train: NDArray, values: NDArray, test: NDArray) -> NDArray:
    """Fits the model and returns its predictions."""
    try:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression, RidgeCV
    except ImportError as error:
        raise ImportError(
            'A linear probe needs scikit-learn: pip install "tb-rnnviz[states]"'
        ) from error
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1.0)
    train, test = (train - mean) / deviation, (test - mean) / deviation
    if values.dtype.kind == "f":
        return RidgeCV(ALPHAS).fit(train, values).predict(test)
    if len(np.unique(values)) == 1:
        return np.full(len(test), values[0])
    model = LogisticRegression(class_weight="balanced", solver="newton-cholesky")
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # unfinished, it is a linear model all the same
        return model.fit(train, values).predict(test)


def _score(values: NDArray, predicted: NDArray) -> float:
    """Mean recall over the classes, or R²."""
    if values.dtype.kind == "f":
        total = np.square(values - values.mean()).sum()
        return float(1 - np.square(values - predicted).sum() / total) if total else float("nan")
    return float(np.mean([(predicted[values == c] == c).mean() for c in np.unique(values)]))
