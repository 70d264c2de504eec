"""Kind `stop_words`: tokens in frequent function words."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz.features.feature import Feature, register
from tb_rnnviz.features.text import Text


@register("stop_words")
@dataclass(frozen=True)
class StopWords(Feature):
    """Matches tokens in gensim's English stop words, in any case.

    A character matches if the word that it lies in is a stop word.

    Raises:
        ImportError: from `values`, if gensim is not installed.
    """

    def values(self, text: Text) -> NDArray[np.bool_]:
        try:
            from gensim.parsing.preprocessing import STOPWORDS
        except ImportError as error:
            raise ImportError(
                f"The feature {self.name!r} needs gensim's stop words. "
                'Install them with: pip install "tb-rnnviz[text]".'
            ) from error
        return np.fromiter((word.lower() in STOPWORDS for word in text.words), bool, len(text.flat))
