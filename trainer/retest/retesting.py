"""Tests a finding again: the same unit, the best one, and the one that it is matched with."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tb_rnnviz import analysis
from tb_rnnviz.features import load_features
from trainer.errors import UserError
from trainer.retest.card import Card
from trainer.retest.judging import Trial, best_link, same_link
from trainer.retest.recorded import Recorded

SAME, ASKED, MATCHED, BEST = "same unit", "unit asked for", "matched unit", "best unit"


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        card: The finding.
        place: Layer and quantity that were looked through.
        count: Tokens that the feature matches here, or that have a number.
        tokens: Tokens that were tested.
        tests: Units that were tested.
        trials: In the order in which they are shown.
        decisive: What those are that decide.
        notes: What else is to be known, in sentences.
    """

    card: Card
    place: tuple[str, str]
    count: int
    tokens: int
    tests: int
    trials: tuple[Trial, ...]
    decisive: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def by(self) -> Trial | None:
        """The first that the finding stands by; `None` where it does not stand."""
        deciding = (trial for trial in self.trials if trial.what in self.decisive)
        return next((trial for trial in deciding if trial.stands), None)


def retest(
    card: Card,
    here: Recorded,
    *,
    layer: str | None = None,
    unit: int | None = None,
    features: Path | None = None,
    there: Recorded | None = None,
) -> Outcome:
    """Holds the feature of a finding against the units of another recording.

    Args:
        card: The finding.
        here: Where to test it.
        layer: The layer here. Defaults to the card's.
        unit: The unit here, which then decides alone. Defaults to the card's.
        features: A file that has the feature, where the card holds its name alone.
        there: The recording of the card, of the same tokens, to match units with.

    Raises:
        UserError: if it cannot be tested.
    """
    layer, quantity = layer or card.layer, card.quantity
    activity, mask, lengths = here.activity(layer, quantity)
    values, notes = _values(card, here, features)
    found = analysis.relevance(activity, values[mask], lengths=lengths)
    if found.note is not None:
        raise UserError(
            f"{here}: the feature {card.name!r} {found.note}, so that nothing can be said of it. "
            "Choose another probe or step."
        )
    effect, units = card.evidence.effect, activity.shape[1]
    if unit is not None and not 0 <= unit < units:
        raise UserError(f"{here}: {layer} has no unit {unit}. Allowed: 0 to {units - 1}")
    what, named = (SAME, card.unit) if unit is None else (ASKED, unit)
    if named < units:
        trials = [same_link(what, found, named, effect)]
    else:
        why = f"there is no unit {named} here, {layer} has {units}"
        trials = [Trial(what, None, against=(why,))]
    if there is not None:
        trial, more = _matched(card, found, here, there, layer)
        trials.append(trial)
        notes += more
    trials.append(best_link(BEST, found, effect))
    decisive = (what,) if unit is not None else (what, BEST if there is None else MATCHED)
    place, tokens = (layer, quantity), len(activity)
    return Outcome(card, place, found.count, tokens, units, tuple(trials), decisive, tuple(notes))


def _values(card: Card, here: Recorded, features: Path | None) -> tuple[NDArray, list[str]]:
    """The feature's value at every token here, and where it comes from if not from the card."""
    feature = card.made_feature()
    if feature is None and features is not None:
        try:
            known = {feature.name: feature for feature in load_features(features)}
        except (OSError, ImportError, ValueError) as error:
            raise UserError(str(error)) from error
        if card.name not in known:
            raise UserError(f"{features} has no feature {card.name!r}. It has: {list(known)}")
        feature = known[card.name]
    if feature is not None:
        return here.values(feature), []
    if card.name not in here.masks:
        raise UserError(
            f"The card holds the name of its feature alone, {card.name!r}, and {here} has no mask "
            f"of that name. It has: {list(here.masks)}. Give a file that has it: --features FILE."
        )
    note = f"{card.name!r} is what the log here calls so; the card does not say what makes it."
    return here.masks[card.name], [note]


def _matched(
    card: Card, found: analysis.Relevance, here: Recorded, there: Recorded, layer: str
) -> tuple[Trial, list[str]]:
    """The unit here that does on the same tokens what the card's unit does there."""
    if here.recording.tokens != there.recording.tokens:
        raise UserError(
            f"Units are matched on the same tokens, and those of {there} and of {here} differ. "
            "Choose a probe with the same text, or leave out --from."
        )
    ours, our_mask, _ = here.activity(layer, card.quantity)
    theirs, their_mask, _ = there.activity(card.layer, card.quantity)
    if card.unit >= theirs.shape[1]:
        raise UserError(
            f"{there}: {card.layer} has no unit {card.unit}. Allowed: 0 to {theirs.shape[1] - 1}"
        )
    both = our_mask & their_mask
    signed = here.log_dir.resolve() == there.log_dir.resolve()
    match = analysis.match_units(theirs[both[their_mask]], ours[both[our_mask]], signed=signed)
    partner, correlation = int(match.partner[card.unit]), float(match.correlation[card.unit])
    if partner < 0:
        why = f"unit {card.unit} has no partner here, there are fewer units"
        return Trial(MATCHED, None, against=(why,)), []
    note = f"Unit {card.unit} is unit {partner} here: correlation {correlation:+.2f}"
    margin = float(match.margin[card.unit])
    note += f", {margin:+.2f} over the next best." if np.isfinite(margin) else "."
    effect = card.evidence.effect * (-1 if correlation < 0 else 1)
    return same_link(MATCHED, found, partner, effect), [note]
