"""The log: the one room that knows tags, plugin data, chunks and codecs."""

from tb_rnnviz.log_format.codec import ENCODINGS
from tb_rnnviz.log_format.reader import load
from tb_rnnviz.log_format.run_writer import RunWriter

__all__ = ["ENCODINGS", "RunWriter", "load"]
