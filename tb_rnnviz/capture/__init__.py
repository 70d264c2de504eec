"""Runs Keras models and records their recurrent layers, on every backend of Keras."""

from tb_rnnviz.capture.generate import generate
from tb_rnnviz.capture.outputs import log_probabilities, predictions
from tb_rnnviz.capture.record import record
from tb_rnnviz.capture.spooled import must_stream, stream

__all__ = ["generate", "log_probabilities", "must_stream", "predictions", "record", "stream"]
