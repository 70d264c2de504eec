"""N-gram baselines of a study, of all orders up to a highest one."""

import time

import numpy as np

from tb_rnnviz.analysis.ngram import KneserNey
from trainer.study.corpus_split import CorpusSplit, HeldOutText
from trainer.study.results import N_GRAM, ModelResult


def n_gram_results(corpus: CorpusSplit, highest: int) -> list[ModelResult]:
    """Evaluates interpolated Kneser-Ney n-grams of the training text by order.

    They are evaluated on the same characters as networks.

    Args:
        corpus: The training, validation and test text.
        highest: The highest order; limited by the length of the training text.

    Returns:
        The result of every order, from 1.
    """
    start = time.monotonic()
    model = KneserNey(min(highest, len(corpus.training)))
    model.fit(corpus.training, len(corpus.tokenizer))
    losses = [_losses(model, text) for text in (corpus.validation, corpus.test)]
    seconds = (time.monotonic() - start) / model.order
    return [
        ModelResult(f"{n}-gram", N_GRAM, float(validation), float(test), seconds, n=n)
        for n, (validation, test) in enumerate(zip(*losses, strict=True), 1)
    ]


def _losses(model: KneserNey, text: HeldOutText) -> np.ndarray:
    return -np.log(model.by_order(text.scored)[:, 1:]).mean(axis=1)
