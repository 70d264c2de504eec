"""The baseline that counts: n-grams of all orders up to one."""

import time

import numpy as np

from tb_rnnviz.analysis.ngram import KneserNey
from trainer.study.corpus_split import HeldOut, Text
from trainer.study.results import N_GRAM, Result


def n_grams(text: Text, highest: int) -> list[Result]:
    """The losses of interpolated Kneser-Ney n-grams of the training text, order 1 and up.

    They are measured on the characters that networks are measured on.

    Args:
        text: What is counted and what is scored.
        highest: The highest order; no higher than the training text is long.
    """
    began = time.monotonic()
    model = KneserNey(min(highest, len(text.training)))
    model.fit(text.training, len(text.tokenizer))
    losses = [_losses(model, part) for part in (text.validation, text.test)]
    seconds = (time.monotonic() - began) / model.order
    return [
        Result(f"{n}-gram", N_GRAM, float(validation), float(test), seconds, n=n)
        for n, (validation, test) in enumerate(zip(*losses, strict=True), 1)
    ]


def _losses(model: KneserNey, text: HeldOut) -> np.ndarray:
    return -np.log(model.by_order(text.scored)[:, 1:]).mean(axis=1)
