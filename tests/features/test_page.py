"""The page on features lists every kind with its options, and its example loads."""

import re
from pathlib import Path

import pytest

from tb_rnnviz.features import feature_from, kinds

PAGE = Path(__file__).parents[2] / "docs" / "features.md"


def test_every_kind_is_documented_with_its_options():
    documented = {}
    for names, options in re.findall(r"^\| (`.+?`) \|([^|]*)\|", PAGE.read_text("utf-8"), re.M):
        for name in re.findall(r"`(\w+)`", names):
            documented[name] = {
                option.split(":")[0] for option in re.findall(r"`([^`]+)`", options)
            }
    assert set(documented) == set(kinds())
    for kind, options in documented.items():
        with pytest.raises(ValueError, match="Its keys are") as error:
            feature_from({"name": "x", "kind": kind, "no such option": 1})
        keys = re.search(r"Its keys are (.+?)\. Received", str(error.value))[1]
        assert options == set(re.findall(r"`(\w+)`", keys)) - {"kind", "name"}, kind


def test_the_example_of_the_page_loads():
    yaml = pytest.importorskip("yaml")
    (block,) = re.findall(r"```yaml\n(.+?)```", PAGE.read_text("utf-8"), re.S)
    specs = yaml.safe_load(block)
    assert [feature_from(spec).spec() for spec in specs] == specs
