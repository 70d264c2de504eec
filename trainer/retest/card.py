"""A finding as a file: what the tab exports, and what is tested again. `docs/findings.md`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    FiniteFloat,
    NonNegativeInt,
    ValidationError,
)

from tb_rnnviz.features import Feature, feature_from
from trainer.errors import UserError

VERSION = 1
EXAMPLE = "{name: space, kind: literal, text: ' '}"


def _check_feature(spec: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(spec.get("name"), str) or not spec["name"]:
        raise ValueError(f"A feature has a name that is not empty, such as {EXAMPLE}")
    if set(spec) != {"name"}:
        feature_from(spec)
    return spec


class Evidence(BaseModel):
    """What was found where the card comes from; only the effect is needed to test it again.

    Args:
        effect: Cohen's d, with its sign.
        count: Tokens that the feature matched.
        auc: 0 to 1; null for a feature that is a number.
        q: Over everything that was tested there.
        family_p: The share of shifts at which the best of all units does as well.
    """

    model_config = ConfigDict(frozen=True)

    effect: FiniteFloat
    count: NonNegativeInt | None = None
    auc: float | None = None
    q: float | None = None
    family_p: float | None = None


class Card(BaseModel):
    """A finding: a unit of a network that goes with a feature of a text.

    What else stands in the file is for people, and is left alone here.

    Args:
        rnnviz_finding: Version of the format.
        feature: The mapping that makes the feature, or its name alone.
        run: The run in which it was found.
        probe: The probe on which it was found.
        step: The step at which it was found.
        layer: Path of the layer.
        quantity: Such as `hidden_state`.
        unit: Its place in the layer.
        evidence: How strong it was there.
    """

    model_config = ConfigDict(frozen=True)

    rnnviz_finding: Literal[1]
    feature: Annotated[dict[str, Any], AfterValidator(_check_feature)]
    run: str | None = None
    probe: str
    step: int
    layer: str
    quantity: str
    unit: NonNegativeInt
    evidence: Evidence

    @property
    def name(self) -> str:
        """What the feature is called."""
        return self.feature["name"]

    def made_feature(self) -> Feature | None:
        """The feature; `None` where the card holds its name alone."""
        return feature_from(self.feature) if set(self.feature) != {"name"} else None


def read_card(path: Path) -> Card:
    """Reads a finding that the tab exported.

    Raises:
        UserError: if the file cannot be read, or is no finding.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"Cannot read the finding {path}: {error.strerror}. "
            "Give a file that the tab exported as YAML."
        ) from error
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise UserError(f"{path} is no YAML in UTF-8: {error}") from error
    version = content.get("rnnviz_finding") if isinstance(content, dict) else None
    if version is None:
        raise UserError(
            f"{path} is no finding: it has no key rnnviz_finding. "
            "Give a file that the tab exported as YAML; docs/findings.md says what is in it."
        )
    if version != VERSION:
        raise UserError(
            f"{path} is a finding of version {version!r}, and this program reads version "
            f"{VERSION}. Update RNN-Viz, or export the finding again."
        )
    try:
        return Card.model_validate(content)
    except ValidationError as error:
        problems = "\n".join(f"  {_explain(entry)}" for entry in error.errors())
        raise UserError(f"{path} is no whole finding:\n{problems}") from error


def _explain(entry: Any) -> str:
    place = ".".join(str(part) for part in entry["loc"])
    if entry["type"] == "missing":
        return f"{place} is missing."
    if entry["type"] == "value_error":
        return f"{place}: {entry['msg'].removeprefix('Value error, ')}"
    return f"{place}: {entry['msg']}. Received: {entry['input']!r}"
