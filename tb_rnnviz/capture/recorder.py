"""`Recorder`: the operations that recording asks of a framework."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from tb_rnnviz.capture.generation_options import GenerationOptions
from tb_rnnviz.capture.input_scores import InputScores
from tb_rnnviz.capture.intervention import Intervention
from tb_rnnviz.capture.layer_chain import LayerChain
from tb_rnnviz.capture.predictions import Predictions
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.core.state_map import StateMap
from tb_rnnviz.probe import Probe
from tb_rnnviz.recording import Generation, LayerActivity, Recording

Names = Sequence[str] | str | None
"""Paths of layers or names of quantities; `None` stands for all."""

RECORDERS = {"keras": "tb_rnnviz.capture.keras.recorder:KerasRecorder"}
"""Module and class of the recorder, by the package of a model's base classes."""


def recorder_for(model: Any) -> Recorder:
    """Returns the recorder of the framework that a model was written in.

    Args:
        model: A model; the packages of its base classes tell the framework.

    Raises:
        ValueError: if there is no recorder for models of this type.

    Example:
        >>> import keras
        >>> model = keras.Sequential([keras.Input((None, 3)), keras.layers.GRU(2)])
        >>> type(recorder_for(model)).__name__
        'KerasRecorder'
    """
    packages = [base.__module__.partition(".")[0] for base in type(model).__mro__]
    for package in packages:
        if package in RECORDERS:
            module, _, name = RECORDERS[package].partition(":")
            return getattr(import_module(module), name)(model)
    raise ValueError(
        "RNN-Viz has no recorder for models of this type. "
        f"Received: {model!r} of type {type(model).__module__}.{type(model).__qualname__}. "
        f"Allowed: models of {', '.join(RECORDERS)}, such as keras.Sequential."
    )


class Recorder(ABC):
    """Runs a model of one framework and records its recurrent layers.

    `tb_rnnviz.record`, `generate` and `ablate` and the callback reach the framework through these
    methods alone. Another framework is a folder beside `keras/` with a subclass of this class, and
    an entry in `RECORDERS`. Only the methods that read in blocks have a default: without them, all
    recordings are kept in memory.

    Every method leaves the model as it was: weights, states of stateful layers, random seeds.

    Args:
        model: The model.
    """

    def __init__(self, model: Any):
        self.model = model

    @abstractmethod
    def record(self, probe: Probe, layers: Names = None, quantities: Names = None) -> Recording:
        """Reads a probe through the model and records its recurrent layers.

        Args:
            probe: The input. Every sequence starts from the initial state.
            layers: Paths of the layers to record. Defaults to all recurrent layers.
            quantities: Names of the quantities to record. Defaults to all.

        Returns:
            A recording with the model's outputs from the same pass; every quantity is float32
            (sequences, steps, units).

        Raises:
            ValueError: if a layer or quantity does not exist, or the model cannot read the probe.
        """

    @abstractmethod
    def outputs(
        self,
        recording: Recording,
        targets: Sequence[np.ndarray] | None = None,
        output: str | int | None = None,
    ) -> Predictions:
        """Reads the outputs of a recording as predictions of the targets.

        Args:
            recording: A recording with outputs (sequences, steps, classes); with targets also
                (sequences, classes), which belong to the last step of each sequence.
            targets: Target of every token, integers (steps,) per sequence, negative if there is
                none. Defaults to no targets.
            output: Name or index of the output, if the model has several. Defaults to none.

        Returns:
            The predictions at every token; empty if the outputs are no distribution over tokens.

        Raises:
            ValueError: if a target is outside the vocabulary of the outputs.
        """

    @abstractmethod
    def sizes(self, recording: Recording | None = None) -> Mapping[QuantityKey, int]:
        """Returns the number of units of each quantity, by layer and quantity.

        These are the quantities that can be clamped.

        Args:
            recording: A recording of the model, which knows the quantities that cells name while
                they run. Defaults to those that are known without a pass.
        """

    @abstractmethod
    def intervene(
        self,
        probe: Probe,
        interventions: Sequence[Intervention],
        recording: Recording | None = None,
    ) -> np.ndarray:
        """Reads a probe once for each intervention and returns the loss at every token.

        A clamped value replaces the computed one before anything else in the model uses it.

        Args:
            probe: A probe with targets.
            interventions: The units to clamp in each reading; an empty intervention leaves the
                model as it is.
            recording: An undisturbed recording of the probe. It is needed to clamp units to their
                value one token earlier, or units of quantities that cells name while they run.

        Returns:
            Loss in nats, float32 (interventions, tokens), sequences one after the other without
            padding; NaN at tokens without target.

        Raises:
            ValueError: if the model has no output that is a distribution over the targets, or does
                not run a layer on this probe.
        """

    @abstractmethod
    def generate(self, prompt: np.ndarray, options: GenerationOptions) -> list[Generation]:
        """Samples tokens with carried state and records the layers meanwhile.

        Args:
            prompt: Ids, int32 (steps,).
            options: Length, sampling, clamped units, and the layers to record.

        Returns:
            One generation a sample; its recording spans prompt and sampled tokens.

        Raises:
            ValueError: if a clamped unit does not exist, or a layer cannot carry its state
                forwards.
        """

    def read_strings(self, probe: Probe) -> Probe:
        """Returns the probe with the ids that layers of the model make of its strings.

        A probe without strings is returned as it is. Defaults to refusing strings.

        Raises:
            ValueError: if the model makes no ids of the strings.
        """
        if probe.needs_ids:
            raise ValueError(
                f"Probe {probe.name!r} holds strings, which are not recorded on models of this "
                "framework. Pass the ids of the tokens, and the vocabulary."
            )
        return probe

    def read_targets(self, probe: Probe) -> Probe:
        """Returns the probe with its targets as the model answers them.

        As many numbers as a window has steps may be one of each step, or a forecast of the whole.
        Defaults to the probe as it is.
        """
        return probe

    def predict_every_step(
        self, probe: Probe, recording: Recording, prefix_steps: int | None = None
    ) -> None:
        """Adds what the model would say if each sequence ended at each step.

        It is in `recording.class_probability` or `recording.stepwise_output`; a reason why it is
        in neither is in `recording.absent`. Defaults to neither.

        Args:
            probe: The probe.
            recording: Its recording.
            prefix_steps: Steps of beginnings that a model may read which reads whole sequences;
                of the sequences beyond them only the last step is known, and there are no reasons
                in `recording.absent`. Defaults to all.
        """
        recording.method = None

    def state_map(
        self, layer: str | None = None, probe: Probe | None = None
    ) -> tuple[StateMap, list[np.ndarray]]:
        """Returns the step of a layer as a function, and what the layer reads in a probe.

        Args:
            layer: Path of the layer. Defaults to the only recurrent layer.
            probe: The probe. Defaults to none.

        Returns:
            The map, and the inputs of the layer, float64 (steps, channels) for each sequence, in
            the order in which it reads them and without masked steps; none without a probe.

        Raises:
            ValueError: if there is no such layer, or not a single one and `layer` is `None`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no state maps.")

    def differentiate(
        self, probe: Probe, weights: np.ndarray
    ) -> tuple[list[LayerActivity], np.ndarray | None, np.ndarray]:
        """Differentiates a weighted sum of the losses of steps.

        Args:
            probe: The probe, with ids.
            weights: Weight of the loss of each step, (sequences, steps).

        Returns:
            Derivatives of every quantity by layer; of what is fed to the first layer, or `None`;
            and the loss of every step.

        Raises:
            ValueError: if there is no loss, or no layer that can be differentiated.
        """
        raise NotImplementedError(f"{type(self).__name__} does not differentiate.")

    def input_scores(self, probe: Probe) -> InputScores:
        """Returns the scores of the predictions as a function of what the model is fed.

        Raises:
            ValueError: if the model embeds no ids and reads no numbers.
        """
        raise NotImplementedError(f"{type(self).__name__} attributes nothing to its input.")

    def layer_chain(self, probe: Probe) -> LayerChain:
        """Returns the layers of the model as arrays, from what is fed to the scores.

        Raises:
            ValueError: if layers do not follow one another, or relevance has no rule for one.
        """
        raise NotImplementedError(f"{type(self).__name__} has no chains of layers.")

    def activity_bytes(self, probe: Probe, layers: Names = None, quantities: Names = None) -> int:
        """Returns the size of the activity that `record` would keep in memory, as float32.

        Quantities that only a pass can tell are not counted. Defaults to 0, for not known.
        """
        return 0

    def can_read_in_blocks(self, probe: Probe) -> bool:
        """True if the model may read the probe in blocks of tokens with carried state."""
        return False

    def to_bytes(self) -> bytes:
        """Returns the model as bytes, from which `from_bytes` makes a recorder."""
        raise NotImplementedError(
            f"{type(self).__name__} cannot send its model to other processes."
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Recorder:
        """Returns the recorder of a model that `to_bytes` described."""
        raise NotImplementedError(f"{cls.__name__} reads no models from other processes.")

    def fingerprint(self) -> str:
        """Returns a text that differs between models that record differently.

        Defaults to the empty text, for not known.
        """
        return ""

    def id_limit(self) -> int | None:
        """Returns the number of ids that the model reads, `None` if it is not known."""
        return None

    def read_in_blocks(
        self, probe: Probe, tokens: int, layers: Names = None, quantities: Names = None
    ) -> Iterator[Recording]:
        """Yields recordings of consecutive blocks of sequences, the state carried on.

        Args:
            probe: Sequences of one length, each of which `can_read_in_blocks`.
            tokens: Tokens of a block; the last block may be shorter.
            layers: As for `record`.
            quantities: As for `record`.
        """
        raise NotImplementedError(f"{type(self).__name__} does not read in blocks.")
