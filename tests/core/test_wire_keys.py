"""Keys of findings, diagnoses and digests, compared with the decoders of the tab.

The decoders of the tab are read as text: the keys that a decoder reads are property accesses and
destructured names of its parameters, and the names in the constants that it uses.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from tb_rnnviz.core.digest import FeatureMatches
from tb_rnnviz.core.statistics import ASSOCIATION, STATISTIC_INFO
from tests.core.test_finding import DIAGNOSIS, DIGEST, FINDING, GALLERY_UNIT
from tests.programs import ROOT

DATA = ROOT / "plugin_frontend" / "src" / "data"

OBJECTS = {
    r"decodeFinding": {
        key: value for key, value in FINDING.to_json().items() if key not in ASSOCIATION
    },
    r"decode(Spectral)?Peak": FINDING.peak.to_json(),
    r"decode(Lagged)?Response": {
        key: value
        for key, value in FINDING.response.to_json().items()
        if key not in FINDING.response.end.to_json()
    },
    r"decodeResponseMean": FINDING.response.end.to_json(),
    r"decodePartialEffect": FINDING.partial.to_json(),
    r"decodeAblationEffect": FINDING.ablation.to_json(),
    r"decodeGalleryUnit": GALLERY_UNIT.to_json(),
    r"decodeTokenCount": GALLERY_UNIT.on[0].to_json(),
    r"decodeCandidateName": GALLERY_UNIT.names[0].to_json(),
    r"decodeDiagnosis": DIAGNOSIS.to_json(),
    r"decodeDigests?": DIGEST.to_json() | {"step": 0, "wall_time": 0.0, "brief": True},
}
"""Objects with all keys by decoder; the route adds three to a digest."""

NOT_READ = {
    r"decodeDigests?": {"sequences"},
}
"""Keys that the tab has no use for."""

PARTS = {
    r"decodeDigests?": {
        *FeatureMatches("space", "literal").to_json(),
        *("steps", "quality", "moved"),
        "skipped",  # notices that the server adds
    },
}
"""Keys of objects inside an object that its decoder reads, too."""


@cache
def source() -> str:
    files = sorted(DATA.rglob("*.ts"))
    return "\n".join(path.read_text("utf-8") for path in files if ".test." not in path.name)


def definition(name: str) -> str:
    """The text of a top-level function or constant without comments."""
    start = re.search(rf"^(export )?(function|const) {name}\b", source(), re.MULTILINE)
    assert start, f"{DATA.relative_to(ROOT)} has no {name}"
    rest = source()[start.end() :]
    end = re.search(r"^(export|function|const|type|interface|class|/\*\*)", rest, re.MULTILINE)
    return re.sub(r"//.*", "", rest[: end.start() if end else None])


def names_in(decoder: str) -> set[str]:
    """All names and words of a decoder and of the constants that it uses."""
    text = definition(decoder)
    constants = set(re.findall(r"\b[A-Z][A-Z_]{2,}\b", text))
    known = [name for name in constants if re.search(rf"const {name}\b", source())]
    return set(re.findall(r"\w+", text + "".join(map(definition, known))))


def keys_read(decoder: str) -> set[str]:
    """Names that a decoder reads off an object: `json.key`, `({ key, other = 0 })`."""
    text = definition(decoder)
    accessed = set(re.findall(r"\b\??\.(\w+)\b(?!\()", text))
    parameters = re.findall(r"\(\{([^{}()]*)\}", text)
    parameters += re.findall(r"const \{([^{}]*)\} =", text)
    entries = [entry for part in parameters for entry in part.split(",")]
    destructured = {re.match(r"\s*(\w*)", entry)[1] for entry in entries}
    return (accessed | destructured) - {"", "length"}


@pytest.mark.parametrize("decoder", OBJECTS)
def test_the_tab_reads_every_key_that_python_writes(decoder: str) -> None:
    assert set(OBJECTS[decoder]) - NOT_READ.get(decoder, set()) <= names_in(decoder)


@pytest.mark.parametrize("decoder", OBJECTS)
def test_python_writes_every_key_that_the_tab_reads(decoder: str) -> None:
    keys = keys_read(decoder)
    assert keys, f"no key of {decoder} is recognised: does the tab read objects in another way?"
    assert keys <= {*OBJECTS[decoder], *PARTS.get(decoder, ())}


@pytest.mark.parametrize("decoder", NOT_READ)
def test_keys_said_not_to_be_read_are_keys_that_python_writes(decoder: str) -> None:
    assert NOT_READ[decoder] <= set(OBJECTS[decoder])


def test_statistics_of_the_tab_have_the_names_and_labels_of_python() -> None:
    entries = re.findall(r"(?m)^  (\w+): \{\n    label: '([^']*)'", definition("STATISTIC_TABLE"))
    assert dict(entries) == {name: info.label for name, info in STATISTIC_INFO.items()}
