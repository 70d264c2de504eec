"""Byte counter: the size of a recording in the log, without writing it."""

from __future__ import annotations

from collections import Counter

from tensorboard.compat.proto import event_pb2

from tb_rnnviz.log_format.dynamics import KIND as DYNAMICS
from tb_rnnviz.log_format.explanations import KIND as EXPLANATIONS
from tb_rnnviz.log_format.tags import LARGE, parse_content
from tb_rnnviz.log_format.writer import StepWriter


class ByteCounter(StepWriter):
    """Step writer that counts bytes and keeps nothing.

    Args:
        encoding: Encoding of the activity, `"int8"` or `"float16"`.

    Attributes:
        activity: Bytes of activity by quantity, summed over layers and probes.
        spectra: Bytes of spectra by quantity.
        matrices: Bytes of the matrices.
        class_probability: Bytes of the predictions at every step.
        text: Bytes of the texts.
        small: Bytes of what is written at every step: the small values, explanations, dynamics.
    """

    def __init__(self, encoding: str = "int8"):
        super().__init__(encoding)
        self.activity: Counter[str] = Counter()
        self.spectra: Counter[str] = Counter()
        self.matrices = 0
        self.class_probability = 0
        self.text = 0
        self.small = 0

    @property
    def large(self) -> int:
        """Bytes of the large values."""
        activity = self.activity.total() + self.spectra.total()
        return self.text + activity + self.matrices + self.class_probability

    def _append(self, event: event_pb2.Event) -> None:
        for value in event.summary.value:
            plugin = value.metadata.plugin_data
            size = value.ByteSize() - value.metadata.ByteSize()
            content = parse_content(plugin.content) if plugin.plugin_name == LARGE else {}
            if not content or content["kind"] in (EXPLANATIONS, DYNAMICS):
                self.small += size
            elif content["kind"] == "spectrum":
                self.spectra[content["quantity"]] += size
            elif content["kind"] == "matrix":
                self.matrices += size
            elif content["kind"] == "class_probability":
                self.class_probability += size
            elif "quantity" in content:
                self.activity[content["quantity"]] += size
            else:
                self.text += size
