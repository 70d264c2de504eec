"""Retest of a finding on another recording: same, matched and best unit."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz import analysis
from tb_rnnviz.core.names import QuantityKey
from tb_rnnviz.features import load_features
from trainer.errors import UserError
from trainer.retest.finding_card import FindingCard
from trainer.retest.logged_recording import LoggedRecording
from trainer.retest.trial import Trial, try_best_unit, try_unit

SAME, REQUESTED, MATCHED, BEST = "same unit", "unit asked for", "matched unit", "best unit"
"""Reasons for the choice of a unit."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of a retest.

    Attributes:
        card: The finding.
        key: Layer and quantity that were tested.
        count: Tokens that the feature matches, or at which it has a number.
        tokens: Tokens that were tested.
        tests: Units that were tested.
        trials: Trials in the order in which they are shown.
        decisive: Reasons of the trials that decide.
        notes: Further sentences for the reader.
    """

    card: FindingCard
    key: QuantityKey
    count: int
    tokens: int
    tests: int
    trials: tuple[Trial, ...]
    decisive: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def confirmed_by(self) -> Trial | None:
        """First decisive trial that confirms the finding; `None` if none does."""
        decisive = (trial for trial in self.trials if trial.reason in self.decisive)
        return next((trial for trial in decisive if trial.is_confirmed), None)


def retest(
    card: FindingCard,
    recording: LoggedRecording,
    *,
    layer: str | None = None,
    unit: int | None = None,
    features: Path | None = None,
    source: LoggedRecording | None = None,
) -> Outcome:
    """Tests the units of another recording for the feature of a finding.

    Args:
        card: The finding.
        recording: The recording to test it on.
        layer: Layer of that recording. Defaults to the layer of the card.
        unit: Unit of that recording, which then decides alone. Defaults to the unit of the card.
        features: A file that defines the feature, if the card holds its name alone.
        source: Recording of the card, of the same tokens, to match units with.

    Raises:
        UserError: If it cannot be tested.
    """
    key = QuantityKey(layer or card.layer, card.quantity)
    recorded = recording.layer(*key)
    activity, mask = recorded.consumed(key.quantity)
    values, notes = _feature_values(card, recording, features)
    lengths = recorded.consumed_lengths
    tested = analysis.swing(activity, lengths=lengths) if card.aspect == "swing" else activity
    relevance = analysis.relevance(tested, values[mask], lengths=lengths)
    if relevance.note is not None:
        raise UserError(
            f"{recording}: the feature {card.name!r} {relevance.note}, so that nothing can be said "
            "of it. Choose another probe or step."
        )
    effect, units = card.evidence.effect, activity.shape[1]
    if unit is not None and not 0 <= unit < units:
        raise UserError(f"{recording}: {key.layer} has no unit {unit}. Allowed: 0 to {units - 1}")
    reason, named = (SAME, card.unit) if unit is None else (REQUESTED, unit)
    if named < units:
        trials = [try_unit(reason, relevance, named, effect)]
    else:
        objection = f"there is no unit {named} here, {key.layer} has {units}"
        trials = [Trial(reason, None, objections=(objection,))]
    if source is not None:
        trial, note = _try_matched_unit(card, relevance, recording, source, key)
        trials.append(trial)
        notes += [note] if note else []
    trials.append(try_best_unit(BEST, relevance, effect))
    return Outcome(
        card,
        key,
        count=relevance.count,
        tokens=len(activity),
        tests=units,
        trials=tuple(trials),
        decisive=(reason,) if unit is not None else (reason, BEST if source is None else MATCHED),
        notes=tuple(notes),
    )


def _feature_values(
    card: FindingCard, recording: LoggedRecording, features: Path | None
) -> tuple[NDArray, list[str]]:
    """Values of the feature, (tokens,), and a note if the card does not define it."""
    feature = card.defined_feature()
    if feature is None and features is not None:
        try:
            known = {feature.name: feature for feature in load_features(features)}
        except (OSError, ImportError, ValueError) as error:
            raise UserError(str(error)) from error
        if card.name not in known:
            raise UserError(f"{features} has no feature {card.name!r}. It has: {list(known)}")
        feature = known[card.name]
    if feature is not None:
        return recording.values(feature), []
    if card.name not in recording.masks:
        raise UserError(
            f"The card holds the name of its feature alone, {card.name!r}, and {recording} has no "
            f"mask of that name. It has: {list(recording.masks)}. Give a file that has it: "
            "--features FILE."
        )
    note = f"{card.name!r} is what the log here calls so; the card does not say what makes it."
    return recording.masks[card.name], [note]


def _try_matched_unit(
    card: FindingCard,
    relevance: analysis.Relevance,
    recording: LoggedRecording,
    source: LoggedRecording,
    key: QuantityKey,
) -> tuple[Trial, str | None]:
    """Tests the unit that is matched with the unit of the card, and describes it."""
    if recording.recording.tokens != source.recording.tokens:
        raise UserError(
            f"Units are matched on the same tokens, and those of {source} and of {recording} "
            "differ. Choose a probe with the same text, or leave out --from."
        )
    activity, mask = recording.layer(*key).consumed(key.quantity)
    original, original_mask = source.layer(card.layer, card.quantity).consumed(card.quantity)
    if card.unit >= original.shape[1]:
        raise UserError(
            f"{source}: {card.layer} has no unit {card.unit}. Allowed: 0 to {original.shape[1] - 1}"
        )
    shared = mask & original_mask
    same_run = recording.log_dir.resolve() == source.log_dir.resolve()
    matching = analysis.match_units(
        original[shared[original_mask]], activity[shared[mask]], signed=same_run
    )
    partner = int(matching.partner[card.unit])
    if partner < 0:
        objection = f"unit {card.unit} has no partner here, there are fewer units"
        return Trial(MATCHED, None, objections=(objection,)), None
    correlation = float(matching.correlation[card.unit])
    margin = float(matching.margin[card.unit])
    note = f"Unit {card.unit} is unit {partner} here: correlation {correlation:+.2f}"
    note += f", {margin:+.2f} over the next best." if np.isfinite(margin) else "."
    effect = card.evidence.effect * (-1 if correlation < 0 else 1)
    return try_unit(MATCHED, relevance, partner, effect), note
