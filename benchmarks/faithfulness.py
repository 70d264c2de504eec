"""Faithfulness of attributions against random removal, by method.

    python -m benchmarks.faithfulness [--texts 200] [--removed 3] [--units 16]

An LSTM is trained on texts of 12 words: 4 words speak for a class and 4 against it, "not" reverses
the word behind it, and all other words say nothing. A word is removed by writing the id of
"unknown" instead, which the training data hold too, and whose embedding is the baseline.

Comprehensiveness is the fall of the probability of the predicted class without the words of the
largest parts, and sufficiency the fall with these words alone (DeYoung et al. 2020,
arXiv 1911.03429). The sanity check is the correlation with the attributions of the same network
with random weights.
"""

from __future__ import annotations

import argparse
import time

import keras
import numpy as np

import tb_rnnviz as rv

STEPS, WORDS = 12, 24
UNKNOWN, NOT = 0, 1
GOOD, BAD = range(2, 6), range(6, 10)
DRAWS = 20
"""Random removals of each text."""

METHODS = [
    *("gradient_x_input", "integrated_gradients", "occlusion", "lrp", "contextual_decomposition"),
]


def main() -> None:
    """Reads the options, trains, measures and prints."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--texts", type=int, default=200)
    options.add_argument("--removed", type=int, default=3)
    options.add_argument("--units", type=int, default=16)
    chosen = options.parse_args()

    model = trained(chosen.units)
    ids, labels = texts(chosen.texts, seed=1)
    accuracy = np.mean((probability(model, ids) > 0.5) == labels)
    print(
        f"{chosen.texts} texts of {STEPS} words, {chosen.removed} removed; accuracy {accuracy:.3f}"
    )
    print("| method | comprehensiveness | sufficiency | sanity | ms a text |")
    print("|---|---|---|---|---|")
    random = np.random.default_rng(2)
    draws = [measured(model, ids, random.random(ids.shape), chosen.removed) for _ in range(DRAWS)]
    fall, rest = np.mean(draws, axis=0)
    print(f"| random removal | {fall:.3f} | {rest:.3f} | | |")
    for method in METHODS:
        print(line(model, ids, method, chosen.removed))


def line(model: keras.Model, ids: np.ndarray, method: str, removed: int) -> str:
    """Returns the row of a method in the table."""
    values(model, ids, method)  # compiles
    start = time.perf_counter()
    parts = values(model, ids, method)
    milliseconds = 1000 * (time.perf_counter() - start) / len(ids)
    fall, rest = measured(model, ids, parts, removed)
    other = values(keras.models.clone_model(model), ids, method)
    sanity = np.corrcoef(parts.ravel(), other.ravel())[0, 1]
    return f"| `{method}` | {fall:.3f} | {rest:.3f} | {sanity:.2f} | {milliseconds:.1f} |"


def values(model: keras.Model, ids: np.ndarray, method: str) -> np.ndarray:
    """Returns the parts of the words in the predicted class, (texts, words)."""
    has_baseline = method not in ("lrp", "contextual_decomposition")
    unknown = keras.ops.convert_to_numpy(model.layers[0].embeddings)[UNKNOWN]
    return rv.attribute(model, ids, None, method, unknown if has_baseline else None).values


def measured(
    model: keras.Model, ids: np.ndarray, parts: np.ndarray, removed: int
) -> tuple[float, float]:
    """Returns comprehensiveness and sufficiency."""
    order = np.argsort(-parts, axis=1)
    is_top = np.zeros(ids.shape, bool)
    np.put_along_axis(is_top, order[:, :removed], True, axis=1)
    full = probability(model, ids)
    sign = np.where(full > 0.5, 1.0, -1.0)
    without = probability(model, np.where(is_top, UNKNOWN, ids))
    alone = probability(model, np.where(is_top, ids, UNKNOWN))
    return float(np.mean(sign * (full - without))), float(np.mean(sign * (full - alone)))


def probability(model: keras.Model, ids: np.ndarray) -> np.ndarray:
    """Returns the probability of the second class, (texts,)."""
    return model.predict(ids, batch_size=1000, verbose=0)[:, 0]


def texts(number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns ids (texts, words) and classes (texts,), without ties."""
    random = np.random.default_rng(seed)
    ids = random.integers(NOT, WORDS, (4 * number, STEPS))
    ids[random.random(ids.shape) < 0.15] = UNKNOWN
    opinion = np.isin(ids, GOOD).astype(int) - np.isin(ids, BAD)
    opinion[:, 1:] *= np.where(ids[:, :-1] == NOT, -1, 1)
    total = opinion.sum(axis=1)
    decided = np.flatnonzero(total)[:number]
    return ids[decided], (total[decided] > 0).astype(int)


def trained(units: int) -> keras.Model:
    """Returns an LSTM that was trained on the texts."""
    keras.utils.set_random_seed(0)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((STEPS,)),
            layers.Embedding(WORDS, 8),
            layers.LSTM(units),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    ids, labels = texts(4000, seed=0)
    model.fit(ids, labels, batch_size=64, epochs=8, verbose=0)
    return model


if __name__ == "__main__":
    main()
