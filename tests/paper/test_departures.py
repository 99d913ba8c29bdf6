"""docs/departures.md: every departure is a named option with a row, its presets and its tests."""

import re
from dataclasses import fields

import pytest
from paper_sources import PROJECT, all_tests, code, table_rows

from animot.tba import presets
from animot.tba.config import AttentionPriors, TBAConfig

PRESETS = {name: value for name, value in vars(presets).items() if isinstance(value, TBAConfig)}
ROWS = table_rows("departures.md", "## Options")


def documented_departures():
    """Names below "Departures" in the docstring of the configuration."""
    below = TBAConfig.__doc__.split("Departures, ")[1]
    return re.findall(r"^ *(\w+) : ", below, re.MULTILINE)


def prior_names():
    return [f"priors.{field.name}" for field in fields(AttentionPriors)]


def families(option):
    """Kinds of presets in which an option is not what it is by default."""
    name = option.split(".")[0]
    default = {field.name: field.default for field in fields(TBAConfig)}[name]
    return {
        preset.split("_")[0].lower()
        for preset, config in PRESETS.items()
        if getattr(config, name) != default
    }


def test_every_departure_has_a_row():
    assert sorted(documented_departures()) == sorted(
        field.name
        for field in fields(TBAConfig)
        if field.name in documented_departures()  # each is a field
    )
    assert len(documented_departures()) >= 7
    listed = [code(row[0])[0] for row in ROWS]
    assert sorted(listed) == sorted([*documented_departures(), *prior_names()])


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_row_is_true(row):
    option, paper, ours, why, used_by, tests = row
    assert set(code(used_by)) == families(code(option)[0])
    assert set(code(tests)) <= all_tests()
    assert code(tests)
    assert all(len(cell) > 10 for cell in (paper, ours, why))


def test_paper_presets_depart_from_nothing():
    papers = [config for name, config in PRESETS.items() if name.startswith("PAPER")]
    assert len(papers) == 3
    default = {field.name: field.default for field in fields(TBAConfig)}
    for config in papers:
        for name in documented_departures():
            assert getattr(config, name) == default[name], name
        assert config.adaptive_computation
        assert config.attention
        assert config.memory_write
        assert config.reprioritize
        assert config.tightness_weight == 1
        assert all(layer.stride == 1 for layer in config.layers)


def test_every_decision_is_linked_and_every_link_leads_somewhere():
    folder = PROJECT / "docs" / "decisions"
    notes = {path.name for path in folder.glob("*.md")}
    pages = [PROJECT / "docs" / page for page in ("paper-map.md", "departures.md")]
    linked = {
        name for page in pages for name in re.findall(r"decisions/([\w-]+\.md)", page.read_text())
    }
    assert linked <= notes
    assert len(linked) >= 6
