"""Runs Keras models and records their recurrent layers, on every backend of Keras."""

from tb_rnnviz.capture.keras.generate import generate
from tb_rnnviz.capture.keras.outputs import log_probabilities, predictions
from tb_rnnviz.capture.keras.record import record
from tb_rnnviz.capture.keras.spooled import must_stream, stream

__all__ = ["generate", "log_probabilities", "must_stream", "predictions", "record", "stream"]
