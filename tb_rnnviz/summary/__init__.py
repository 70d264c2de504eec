"""The log: the one room that knows tags, plugin data, chunks and codecs."""

from tb_rnnviz.summary.codec import ENCODINGS
from tb_rnnviz.summary.reader import load
from tb_rnnviz.summary.run_writer import RunWriter

__all__ = ["ENCODINGS", "RunWriter", "load"]
