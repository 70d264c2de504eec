"""Example `text_classifier`: training, recording, comparison with a bag of words."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from rich.console import Console
from scipy.stats import binomtest

import tb_rnnviz as rv
from tb_rnnviz import analysis
from trainer.examples.config import TextClassifierExample
from trainer.examples.fitting import ExampleData, ExampleRun, fit_recorded
from trainer.examples.text_classifier.labelled_lines import (
    LabelledLines,
    file_lines,
    library_lines,
)

PADDING, UNKNOWN = "", "[unknown]"
FEWEST_OCCURRENCES = 2
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class TextClassifierResult:
    """Result of the example, on the held-out lines.

    Attributes:
        accuracy: Share of the lines that the LSTM tells right.
        baseline: The same of the bag of words.
        p: Probability of a difference as large by chance, McNemar's exact test.
        decision: Mean share of a line that is read before the decision.
    """

    accuracy: float
    baseline: float
    p: float
    decision: float


def run_text_classifier(
    settings: TextClassifierExample, directory: Path, console: Console
) -> TextClassifierResult:
    """Trains the classifier, records it, and compares it with a bag of words.

    Args:
        settings: Options of the example.
        directory: Directory of the run.
        console: Output.

    Raises:
        UserError: if the file of the settings cannot be read.
    """
    keras.utils.set_random_seed(settings.seed)
    options = settings.lines + settings.test_lines, settings.longest, settings.seed
    if settings.file is None:
        lines = library_lines(*options)
    else:
        lines = file_lines(Path(settings.file).expanduser(), *options)
    tested = min(settings.test_lines, len(lines.tokens) // 2)
    held_out = lines.part(range(tested))
    training = lines.part(range(tested, len(lines.tokens)))
    vocabulary = vocabulary_of(training)
    model = make_model(len(vocabulary), settings.units, len(lines.classes))
    x, x_held_out = (padded(part, vocabulary, settings.longest) for part in (training, held_out))
    data = ExampleData(x, training.labels, (x_held_out, held_out.labels))
    loss = keras.losses.SparseCategoricalCrossentropy()
    probe = line_probe(held_out, vocabulary)
    recording = fit_recorded(model, loss, data, probe, ExampleRun(settings, directory, console))
    right = model.predict(x_held_out, verbose=0).argmax(axis=1) == held_out.labels
    result = _compare(right, bag_of_words(training, held_out) == held_out.labels, recording)
    _print_result(result, console)
    return result


def vocabulary_of(lines: LabelledLines) -> list[str]:
    """Returns the tokens that occur twice, after padding and unknown token."""
    counts = Counter(token for tokens in lines.tokens for token in tokens)
    often = [token for token, count in counts.items() if count >= FEWEST_OCCURRENCES]
    return [PADDING, UNKNOWN, *sorted(often)]


def make_model(vocabulary: int, units: int, classes: int) -> keras.Model:
    """Makes the classifier: an embedding, an LSTM, and one output for each class."""
    return keras.Sequential(
        [
            keras.Input((None,)),
            keras.layers.Embedding(vocabulary, units, mask_zero=True, name="embedding"),
            keras.layers.Dropout(0.3, name="dropout"),
            keras.layers.LSTM(units, name="lstm"),
            keras.layers.Dense(classes, "softmax", name="classes"),
        ]
    )


def padded(lines: LabelledLines, vocabulary: list[str], longest: int) -> np.ndarray:
    """Returns the ids of the tokens, integers (lines, longest), zeros behind the end."""
    ids = np.zeros((len(lines.tokens), longest), np.int32)
    for row, sequence in zip(ids, _ids(lines, vocabulary), strict=True):
        row[: len(sequence)] = sequence
    return ids


def line_probe(lines: LabelledLines, vocabulary: list[str]) -> rv.Probe:
    """Makes the probe: each line is a sequence with a label."""
    labels = [lines.classes[label] for label in lines.labels]
    return rv.Probe(
        "lines", _ids(lines, vocabulary), tokens=lines.tokens, labels=labels, classes=lines.classes
    )


def bag_of_words(training: LabelledLines, held_out: LabelledLines) -> np.ndarray:
    """Predicts classes by logistic regression on the counts of the tokens, (lines,)."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(DictVectorizer(), LogisticRegression(max_iter=2000))
    model.fit([Counter(tokens) for tokens in training.tokens], training.labels)
    return model.predict([Counter(tokens) for tokens in held_out.tokens])


def _ids(lines: LabelledLines, vocabulary: list[str]) -> list[np.ndarray]:
    index_of = {token: index for index, token in enumerate(vocabulary)}
    unknown = index_of[UNKNOWN]
    return [
        np.array([index_of.get(token, unknown) for token in tokens], np.int32)
        for tokens in lines.tokens
    ]


def _compare(
    right: np.ndarray, baseline_right: np.ndarray, recording: rv.Recording
) -> TextClassifierResult:
    only, other = int((right & ~baseline_right).sum()), int((~right & baseline_right).sum())
    p = float(binomtest(only, only + other).pvalue) if only + other else 1.0
    class_probability = recording.class_probability
    if class_probability is None:
        raise RuntimeError("The prediction at every step is missing from the recording.")
    times = analysis.decision_time(class_probability, recording.lengths.tolist())
    return TextClassifierResult(
        float(right.mean()),
        float(baseline_right.mean()),
        p,
        float(((times + 1) / recording.lengths).mean()),
    )


def _print_result(result: TextClassifierResult, console: Console) -> None:
    verdict = "no difference that is significant"
    if result.p <= SIGNIFICANT:
        verdict = "the LSTM wins" if result.accuracy > result.baseline else "the bag of words wins"
    console.print(
        f"Right on held-out lines: LSTM {result.accuracy:.1%}, bag of words "
        f"{result.baseline:.1%}: {verdict} (p = {result.p:.2g}, McNemar's exact test).",
        soft_wrap=True,
    )
    console.print(
        f"A line is decided after {result.decision:.0%} of its tokens on average.", soft_wrap=True
    )
