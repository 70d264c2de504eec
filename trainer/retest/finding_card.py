"""Finding card: a finding as a YAML file, which the tab exports."""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    FiniteFloat,
    NonNegativeInt,
    ValidationError,
)

from tb_rnnviz.core.statistics import Association
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
    """Evidence for a finding in the recording that it is from.

    Args:
        effect: Cohen's d, with its sign.
        count: Tokens that the feature matched.
        auc: Area under the ROC curve, 0 to 1; null for a numeric feature.
        q: False discovery rate over everything that was tested together.
        p_family: Share of the shifts at which the best of all units does as well; `family_p` in
            older cards.
    """

    model_config = ConfigDict(frozen=True)

    effect: FiniteFloat
    count: NonNegativeInt | None = None
    auc: float | None = None
    q: float | None = None
    p_family: float | None = Field(None, validation_alias=AliasChoices("family_p", "p_family"))

    @property
    def association(self) -> Association:
        """The statistics, NaN where the card lacks them."""
        known = {name: value for name, value in self if value is not None and name != "count"}
        return Association(**known)


class FindingCard(BaseModel):
    """A unit of a network and a feature of a text that it is associated with.

    Other keys of the file are notes for people and are ignored.

    Args:
        rnnviz_finding: Version of the format.
        feature: The mapping that defines the feature, or its name alone.
        run: Run of the recording.
        probe: Probe of the recording.
        step: Step of the recording.
        layer: Path of the layer.
        quantity: Name of the quantity, such as `hidden_state`.
        unit: Index of the unit.
        aspect: `level` or `swing` of the unit; `level` in older cards.
        evidence: Evidence in the recording.
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
    aspect: Literal["level", "swing"] = "level"
    evidence: Evidence

    @property
    def name(self) -> str:
        """Name of the feature."""
        return self.feature["name"]

    def defined_feature(self) -> Feature | None:
        """Returns the feature; `None` if the card holds its name alone."""
        return feature_from(self.feature) if set(self.feature) != {"name"} else None


def read_card(path: Path) -> FindingCard:
    """Reads a finding card that the tab exported.

    Raises:
        UserError: If the file cannot be read, or is no finding card.
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
        return FindingCard.model_validate(content)
    except ValidationError as error:
        problems = "\n".join(f"  {_explain(entry)}" for entry in error.errors())
        raise UserError(f"{path} is no whole finding:\n{problems}") from error


def _explain(entry: Any) -> str:
    key = ".".join(str(part) for part in entry["loc"])
    if entry["type"] == "missing":
        return f"{key} is missing."
    if entry["type"] == "value_error":
        return f"{key}: {entry['msg'].removeprefix('Value error, ')}"
    return f"{key}: {entry['msg']}. Received: {entry['input']!r}"
