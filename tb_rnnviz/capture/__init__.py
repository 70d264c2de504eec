"""Records the recurrent layers of models: a `Recorder` and a folder a framework."""

from tb_rnnviz.capture.recorder import Recorder, recorder_for

__all__ = ["Recorder", "recorder_for"]
