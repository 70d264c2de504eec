"""Logs in which it is known what every unit does, for tests and benchmarks.

A planted unit follows a feature of the text; the others are noise. Everything else that the
callback writes, loss and predictions among it, is made up in the simplest way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tb_rnnviz.core.axis import Axis
from tb_rnnviz.core.explanations import ExplainedPrediction, Explanations, GradientReach
from tb_rnnviz.core.layer_dynamics import (
    POINT_KINDS,
    SLOW,
    STABLE,
    UNSTABLE,
    LayerDynamics,
    StatePoint,
)
from tb_rnnviz.core.matrix_axes import MatrixAxes
from tb_rnnviz.features import Column, Feature, Literal
from tb_rnnviz.log_format import RunWriter
from tb_rnnviz.recording import LayerActivity, Recording
from tb_rnnviz.report import Baseline, Report, first_nan
from tb_rnnviz.write_recording import AnalysisOptions, CapturedRecording, write_recording

SPACE = Literal("space", " ")
TEXT = "it was a bright cold day in april and the clocks were striking thirteen " * 4
PLANTED = 5
"""Unit of a planted recording that is high at every space and low elsewhere."""


def one_layer(
    texts: Sequence[Sequence[str]],
    quantities: Mapping[str, np.ndarray],
    roles: Mapping[str, str],
    mask: np.ndarray | None = None,
    *,
    layer: str = "lstm",
    cell: str = "LSTMCell",
    probe: str = "novel",
    labels: Sequence[str] | None = None,
) -> Recording:
    """Returns the recording of one layer that reads texts.

    Args:
        texts: Tokens of each sequence.
        quantities: Activity by its name, (sequences, steps, units).
        roles: Roles of the gates among the quantities.
        mask: True where a token counts, (sequences, steps). Defaults to all tokens.
        layer: Name of the layer.
        cell: Class of its cell.
        probe: Name of the probe.
        labels: A label for each sequence. Defaults to none.
    """
    lengths = np.array([len(text) for text in texts])
    inside = np.arange(max(lengths)) < lengths[:, None]
    mask = inside if mask is None else mask
    activity = LayerActivity(layer, cell, dict(quantities), dict(roles), mask, lengths)
    tokens = [list(text) for text in texts]
    return Recording([activity], lengths, tokens=tokens, probe=probe, labels=labels)


def planted_recording(text: str = TEXT, units: int = 12, seed: int = 0) -> Recording:
    """Returns units of noise, but that `PLANTED` and its gate mark the spaces."""
    random = np.random.default_rng(seed)
    tokens = list(text)
    spaces = np.array([token == " " for token in tokens])
    hidden = random.normal(0, 0.1, (1, len(tokens), units)).astype(np.float32)
    hidden[0, :, PLANTED] = np.where(spaces, 0.9, -0.8)
    gate = random.uniform(0.2, 0.8, hidden.shape).astype(np.float32)
    gate[0, :, PLANTED] = spaces
    quantities = {"hidden_state": hidden, "forget_gate": gate}
    recording = one_layer([tokens], quantities, {"forget_gate": "retain"})
    plant_matrix(recording, seed)
    return recording


def plant_matrix(recording: Recording, seed: int = 0) -> None:
    """Adds the matrix `attention` of two heads and four named rows over the tokens.

    Row k of the first head attends to token k alone; the second head is random.
    """
    lengths, rows = recording.lengths, ("one", "two", "three", "four")
    weights = np.random.default_rng(seed).dirichlet(np.ones(max(lengths)), (len(lengths), 2, 4))
    weights[:, 0] = np.eye(4, max(lengths))
    for sequence, length in zip(weights, lengths, strict=True):
        sequence[..., length:] = np.nan
    axes = MatrixAxes("", "tokens", (4,) * len(lengths), tuple(lengths.tolist()), rows)
    recording.matrices["attention"] = weights.astype(np.float32)
    recording.matrix_axes["attention"] = axes


def plant_class_probability(recording: Recording, seed: int = 0) -> None:
    """Adds random probabilities of the classes "prose" and "verse" at every step."""
    random = np.random.default_rng(seed)
    values = random.dirichlet([1, 1], recording.mask.shape).astype(np.float32)
    values[~recording.mask] = np.nan
    recording.class_probability = values
    recording.classes, recording.method = ["prose", "verse"], "head"


def planted_explanations(recording: Recording, step: int = 0) -> Explanations:
    """Returns explanations in which the tokens just before a prediction decide it.

    The token k steps before a prediction has the part 2^-k, with the sign of (-1)^k and times
    `step` + 1. Unit `PLANTED` carried each prediction. The gradient halves every `step` + 2 steps.
    """
    text = recording.tokens[0]
    predictions = []
    for at, reason in ((40, "spread"), (60, "loss"), (len(text) - 2, "loss")):
        if not 0 <= at < len(text) - 1:
            continue
        first = max(0, at - 31)
        lags = at - np.arange(first, at + 1)
        values = (step + 1) * 0.5**lags * (-1.0) ** lags
        predictions.append(
            ExplainedPrediction(
                sequence=0,
                step=at,
                first=first,
                reason=reason,
                explained="a",
                predicted="a",
                target=text[at + 1],
                loss=0.5 + at / 100,
                score=2.0,
                change=float(values.sum()),
                gap=0.004 if at == 40 else 0.05,
                values=values[:, None],
                units={"lstm": ((PLANTED, 0.75), (2, -0.25))},
            )
        )
    by_lag = 0.5 ** (np.arange(64) / (step + 2))
    reach = GradientReach("lstm", "hidden_state", by_lag, -np.log(2) / (step + 2), step + 3.0)
    return Explanations("integrated_gradients", tuple(predictions), reach=(reach,), targets=16)


def planted_dynamics(recording: Recording, step: int = 0) -> tuple[LayerDynamics, ...]:
    """Returns dynamics of the layer "lstm": a stable, an unstable, a slow point.

    The stable point is the first hidden state of the recording, the unstable one the second, with
    the axis of unit `PLANTED` as its direction, the slow one the third; at step 0 there is no
    unstable one. The time constants of the stable point are `step` + 10, `step` + 5, ...
    """
    hidden = recording["lstm"]["hidden_state"][0].astype(np.float64)
    units = hidden.shape[1]
    direction = np.eye(units)[[PLANTED]]
    nothing = np.zeros((0, units))
    decays = np.exp(-1 / (step + np.array([10.0, 5.0]))) + 0j
    points = [
        StatePoint(STABLE, hidden[0], 0.0, decays, nothing),
        StatePoint(UNSTABLE, hidden[1], 0.0, np.array([1.5, 0.5j, -0.5j]), direction),
        StatePoint(SLOW, hidden[2], 1e-4, np.zeros(0, complex), nothing),
    ]
    if step == 0:
        points.pop(1)
    counts = {kind: sum(point.kind == kind for point in points) for kind in POINT_KINDS}
    exponents = np.array([-0.1, -0.5]) / (step + 1)
    return (
        LayerDynamics(
            "lstm",
            (("hidden_state", units),),
            tuple(points),
            counts,
            exponents,
            growth=0.25,
            spread=2.0,
        ),
    )


def vocabulary_of(recording: Recording) -> list[str]:
    """Returns the distinct tokens of a recording, sorted; index = id."""
    return sorted({token for text in recording.tokens for token in text})


def next_tokens(recording: Recording) -> np.ndarray:
    """Returns the id after each token, (tokens,), -1 at the end of a sequence."""
    ids = {token: index for index, token in enumerate(vocabulary_of(recording))}
    texts = [[*(ids[token] for token in text[1:]), -1] for text in recording.tokens]
    return np.concatenate([np.array(text) for text in texts])


def planted_predictions(
    targets: np.ndarray, expected: np.ndarray, probabilities: Sequence[float]
) -> dict[str, np.ndarray]:
    """Returns predictions that are equally sure at every token.

    Args:
        targets: Ids of the next tokens, (tokens,); negative where there is none.
        expected: Ids that the model expects, most probable first, (tokens, candidates).
        probabilities: Their probabilities, (candidates,); the first is the target's, too.
    """
    return {
        "target": targets,
        "probability": np.where(targets < 0, np.nan, probabilities[0]),
        "expected": expected,
        "expected_probability": np.tile(np.array(probabilities), (len(targets), 1)),
    }


def log_recording(
    writer: RunWriter,
    recording: Recording,
    features: Sequence[Feature],
    predictions: Mapping[str, Any] | None = None,
    *,
    vocabulary: Sequence[str] | None = None,
    baseline: Baseline | None = None,
    prompt_tokens: int = 0,
    add_evidence: Callable[[Report], Report] | None = None,
    left_out: Sequence[Mapping[str, Any]] = (),
    nan: Mapping[str, Any] | None = None,
    keep: Sequence[str] | None = None,
    summaries: bool = True,
    **analysis: Any,
) -> Report:
    """Analyses and writes a recording as the callback does, within a step.

    Args:
        writer: Writer of a run.
        recording: Recording of a text.
        features: Features to analyse.
        predictions: Predictions of `Recorder.outputs`, the loss among them.
        vocabulary: Name of every id in the predictions.
        baseline: Predictions of n-gram models.
        prompt_tokens: Tokens of the prompt of a generated text.
        add_evidence: Adds evidence to the report.
        left_out: Entries of the digest for what a budget skipped.
        nan: First value that is not a number. By default it is looked for.
        keep: Quantities whose activity is written; all by default.
        summaries: True to write the digest and the other small records.
        analysis: Further options of `AnalysisOptions`.
    """
    rest = dict(predictions or {})
    loss = rest.pop("loss", None)
    captured = CapturedRecording(
        recording,
        rest,
        loss,
        vocabulary,
        baseline,
        prompt_tokens,
        explanations=recording.explanations,
        dynamics=recording.dynamics,
    )
    report = captured.report(AnalysisOptions(features, **analysis))
    if add_evidence is not None:
        report = add_evidence(report)
    report = report.with_digest(
        left_out=tuple(left_out), first_nan=nan or first_nan(recording, report)
    )
    write_recording(writer, captured, report, keep=keep, summaries=summaries)
    return report


def write_planted_recording(
    writer: RunWriter,
    step: int,
    recording: Recording,
    features: Sequence[Feature] = (SPACE,),
    predictions: Mapping[str, np.ndarray] | None = None,
    **options: Any,
) -> None:
    """Writes what the callback writes for one probe, within a step of a run's writer.

    Args:
        writer: Writer of a run.
        step: Step, on which the loss depends.
        recording: Recording of a text.
        features: Features to analyse.
        predictions: Predictions for its tokens. By default the first three tokens of the
            vocabulary are expected everywhere.
        options: Further arguments of `log_recording`.
    """
    vocabulary = vocabulary_of(recording)
    if predictions is None:
        targets = next_tokens(recording)
        first = np.arange(min(3, len(vocabulary)))
        expected = np.tile(first, (len(targets), 1))
        predictions = planted_predictions(targets, expected, (0.5, 0.3, 0.1)[: len(first)])
    outputs = {"loss": 1.0 / (step + 2), **predictions}
    log_recording(writer, recording, features, outputs, vocabulary=vocabulary, **options)


def write_step(
    writer: RunWriter,
    step: int,
    recording: Recording,
    features: Sequence[Feature] = (SPACE,),
    **options: Any,
) -> None:
    """Writes one recording as a step of a run; arguments as of `write_recording`."""
    with writer.step(step):
        write_planted_recording(writer, step, recording, features, **options)


def write_planted_run(log_dir: Path, steps: int = 3, **options: Any) -> None:
    """Writes a run of planted recordings, their noise another one at every step."""
    with RunWriter(log_dir) as writer:
        for step in range(steps):
            recording = planted_recording(seed=step, **options)
            plant_class_probability(recording, step)
            recording.explanations = planted_explanations(recording, step)
            recording.dynamics = planted_dynamics(recording, step)
            write_step(writer, step, recording)


def write_learning_run(log_dir: Path, steps: int) -> None:
    """Writes a run whose planted unit is noise, and from step 2 on marks the spaces."""
    with RunWriter(log_dir) as writer:
        for step in range(steps):
            recording = planted_recording(seed=step)
            if step < 2:
                hidden = recording["lstm"]["hidden_state"]
                hidden[..., PLANTED] = np.random.default_rng(step).normal(size=hidden.shape[:2])
            write_step(writer, step, recording, [SPACE, Literal("none", "!")])


SIGNAL_STEPS = 600
SIGNAL_RATE = 10.0


def planted_signal() -> tuple[Recording, dict[str, np.ndarray]]:
    """Returns a signal of two channels, and a forecast that repeats the target before.

    Unit `PLANTED` is high while the column "fault" is true. The value of "heat" at step 100 is
    missing.
    """
    steps = np.arange(SIGNAL_STEPS)
    series = np.stack([np.sin(steps / 8), 3 * np.cos(steps / 40)], axis=1).astype(np.float32)
    series[100, 1] = np.nan
    fault = (steps // 100) % 2 == 1
    hidden = np.random.default_rng(0).normal(0, 0.1, (1, SIGNAL_STEPS, 12)).astype(np.float32)
    hidden[0, :, PLANTED] = np.where(fault, 0.9, -0.8)
    lengths = np.array([SIGNAL_STEPS])
    mask = np.ones((1, SIGNAL_STEPS), bool)
    layer = LayerActivity("gru", "GRUCell", {"hidden_state": hidden}, {}, mask, lengths, "time")
    axis = Axis("time", (SIGNAL_STEPS,), channels=("speed", "heat"), series=[series])
    recording = Recording(
        [layer],
        lengths,
        probe="engine",
        columns={"fault": fault},
        axes={"time": axis},
        axis="time",
        rate=SIGNAL_RATE,
    )
    target = np.sin((steps + 1) / 8).astype(np.float32)[:, None]
    output = np.sin(steps / 8).astype(np.float32)[:, None]
    return recording, {"output": output, "output_target": target}


def write_signal_run(log_dir: Path, steps: int = 2) -> None:
    """Writes a run of `planted_signal`; findings are about its column."""
    recording, predictions = planted_signal()
    captured = CapturedRecording(
        recording, predictions, 0.1, target_kind="numbers", target_names=["speed, next"]
    )
    report = captured.report(AnalysisOptions([Column("fault", "fault")]))
    with RunWriter(log_dir) as writer:
        for step in range(steps):
            with writer.step(step):
                write_recording(writer, captured, report)


def write_forecast_run(log_dir: Path) -> None:
    """Writes a run whose forecast repeats the speed, for 1, 2 and 4 steps ahead."""
    recording, _ = planted_signal()
    speed, ahead = recording.channels["speed"], (1, 2, 4)
    target = np.full((SIGNAL_STEPS, len(ahead)), np.nan, np.float32)
    for k, steps in enumerate(ahead):
        target[:-steps, k] = speed[steps:]
    predictions = {"output": np.stack([speed] * len(ahead), axis=1), "output_target": target}
    names = [f"speed, t + {steps}" for steps in ahead]
    captured = CapturedRecording(
        recording, predictions, 0.1, target_kind="numbers", target_names=names
    )
    _write_captured(log_dir, captured)


def write_window_run(log_dir: Path) -> None:
    """Writes a run of two windows that forecast two steps, with classes."""
    whole, _ = planted_signal()
    length = SIGNAL_STEPS // 2
    lengths, series = (
        np.array([length] * 2),
        np.split(np.stack(list(whole.channels.values()), 1), 2),
    )
    hidden = whole["gru"]["hidden_state"].reshape(2, length, -1)
    mask = np.ones((2, length), bool)
    layer = LayerActivity("gru", "GRUCell", {"hidden_state": hidden}, {}, mask, lengths, "time")
    axis = Axis("time", (length, length), channels=("speed", "heat"), series=series)
    recording = Recording(
        [layer],
        lengths,
        probe="engine",
        axes={"time": axis},
        axis="time",
        labels=["prose", "verse"],
    )
    plant_class_probability(recording)
    output = np.full((SIGNAL_STEPS, 2), np.nan, np.float32)
    output[[length - 1, SIGNAL_STEPS - 1]] = [[0.5, 1.0], [1.5, 2.0]]
    captured = CapturedRecording(
        recording,
        {"output": output, "output_target": output + 1},
        0.1,
        target_kind="sequence numbers",
        target_names=["speed, t + 1", "speed, t + 2"],
    )
    _write_captured(log_dir, captured)


def _write_captured(log_dir: Path, captured: CapturedRecording) -> None:
    report = captured.report(AnalysisOptions([]))
    with RunWriter(log_dir) as writer, writer.step(0):
        write_recording(writer, captured, report)


def write_pair_run(log_dir: Path, steps: int = 2) -> None:
    """Writes a run of the pair "dates", read by an encoder and a decoder.

    Step k of a target attends to token 2 - k of its source alone. The model holds "y" the most
    probable after every step, so that the output of the second pair is wrong at its first step.
    """
    sources, targets = [list("abc"), list("cab")], [list("xy"), list("yx")]
    random = np.random.default_rng(0)

    def side(layer: str, axis: str, texts: list[list[str]]) -> Recording:
        lengths = np.array([len(text) for text in texts])
        hidden = random.normal(0, 0.5, (2, max(lengths), 4)).astype(np.float32)
        mask = np.ones(hidden.shape[:2], bool)
        activity = LayerActivity(
            layer, "GRUCell", {"hidden_state": hidden}, {}, mask, lengths, axis
        )
        axes = {axis: Axis(axis, tuple(map(int, lengths)), texts)}
        probe = "dates" if axis == "target" else f"dates/{axis}"
        recording = Recording([activity], lengths, probe=probe, axes=axes, axis=axis)
        if axis == "target":
            weights = np.tile(np.eye(3, dtype=np.float32)[[2, 1]], (2, 1, 1))
            recording.matrices["attention"] = weights
            recording.matrix_axes["attention"] = MatrixAxes("target", "source", (2, 2), (3, 3))
        return recording

    def predictions(recording: Recording) -> dict[str, np.ndarray]:
        expected = np.tile([1, 0], (4, 1))
        return planted_predictions(next_tokens(recording), expected, (0.7, 0.3))

    pair = [("encoder", "source", sources), ("decoder", "target", targets)]
    with RunWriter(log_dir) as writer:
        for step in range(steps):
            with writer.step(step):
                for layer, axis, texts in pair:
                    parent = "dates" if axis == "source" else None
                    recording = side(layer, axis, texts)
                    captured = CapturedRecording(
                        recording,
                        predictions(recording) if axis == "target" else {},
                        vocabulary=vocabulary_of(recording),
                        parent=parent,
                    )
                    report = captured.report(AnalysisOptions([]))
                    write_recording(writer, captured, report)
