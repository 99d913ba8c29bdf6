"""docs/departures.md: every departure is a named option with a row, its presets and its tests."""

import re
from dataclasses import fields

import pytest
from paper_sources import PROJECT, all_tests, code, table_rows

from animot.tba import presets
from animot.tba.config import TBAConfig
from animot.tba.departures import AttentionPriors, GradientLimits, Persistence
from animot.training import schedule
from animot.training.schedule import TrainingConfig

PRESETS = {name: value for name, value in vars(presets).items() if isinstance(value, TBAConfig)}
TRAININGS = {
    name: value for name, value in vars(schedule).items() if isinstance(value, TrainingConfig)
}
OURS = table_rows("departures.md", "## Options of our own")
PROGRAM = table_rows("departures.md", "## Options of the authors' program")
TRAINING = table_rows("departures.md", "## Options of learning")
# What every learning needs is no departure.
SIZES = {
    "batch_size",
    "clip_length",
    "learning_rate",
    "validate_every",
    "patience",
    "validation_share",
}


def documented_departures():
    """Names below "Departures" in the docstring of the configuration: of ours, of the program."""
    _, ours, program = TBAConfig.__doc__.split("Departures of ")
    return [re.findall(r"^ *(\w+) : ", below, re.MULTILINE) for below in (ours, program)]


def part_names(option, group):
    return [f"{option}.{field.name}" for field in fields(group)]


def listed(rows):
    return sorted(code(row[0])[0] for row in rows)


def differs(config, option):
    """Whether an option, or a part of a group of options, is not what it is by default."""
    name, _, part = option.partition(".")
    (default,) = (field.default for field in fields(config) if field.name == name)
    value = getattr(config, name)
    if part and value is not None and default is not None:
        return getattr(value, part) != getattr(default, part)
    return value != default


def families(option, presets):
    """Kinds of presets in which an option is not what it is by default."""
    return {
        name.split("_")[0].lower() for name, config in presets.items() if differs(config, option)
    }


def test_every_departure_has_a_row():
    ours, program = documented_departures()
    parts = part_names("priors", AttentionPriors) + part_names("persistence", Persistence)
    assert listed(OURS) == sorted([*ours, *parts])
    limits = part_names("gradient_limits", GradientLimits)
    assert listed(PROGRAM) == sorted([*program, *limits])
    options = [field.name for field in fields(TBAConfig)]
    assert options[-len(ours + program) :] == ours + program  # all that come last, and fields
    assert len(ours) >= 7
    assert len(program) >= 12
    training = {field.name for field in fields(TrainingConfig)} - SIZES
    assert listed(TRAINING) == sorted(training)


@pytest.mark.parametrize("row", [*OURS, *PROGRAM, *TRAINING], ids=lambda row: row[0])
def test_row_is_true(row):
    option, paper, ours, why, used_by, tests = row
    presets = TRAININGS if row in TRAINING else PRESETS
    assert set(code(used_by)) == families(code(option)[0], presets)
    assert set(code(tests)) <= all_tests()
    assert code(tests)
    assert all(len(cell) > 10 for cell in (paper, ours, why))


def test_paper_presets_depart_from_nothing():
    ours, program = documented_departures()
    papers = [config for name, config in PRESETS.items() if name.startswith("PAPER")]
    assert len(papers) == 3
    default = {field.name: field.default for field in fields(TBAConfig)}
    for config in papers:
        for name in ours + program:
            assert getattr(config, name) == default[name], name
        assert config.adaptive_computation
        assert config.attention
        assert config.memory_write
        assert config.reprioritize
        assert config.tightness_weight == 1
        assert all(layer.stride == 1 for layer in config.layers)


def test_released_presets_depart_as_the_program_does():
    """Its numbers, from the specification of it."""
    sprites, mnist, duke = (PRESETS[f"RELEASED_{name}"] for name in ("SPRITES", "MNIST", "DUKE"))
    ranges = [tuple(vars(config.aspect).values()) for config in (mnist, sprites, duke)]
    assert ranges == [(0, 1, 0), (0.1, 1, 0.2), (0.55, 1.25, 0.3)]
    assert [config.tightness_weight for config in (mnist, sprites, duke)] == [13, 13, 0.1]
    assert [config.num_trackers for config in (mnist, sprites, duke)] == [4, 4, 12]
    assert [config.shift_margin for config in (mnist, sprites, duke)] == [2 / 3, 2 / 3, 0]
    assert [config.appearance_weight for config in (mnist, sprites, duke)] == [0.1, 0.1, 0]
    assert [config.difference_weight for config in (mnist, sprites, duke)] == [0, 0, 1]
    assert [config.unused_outputs for config in (mnist, sprites, duke)] == [True, False, False]
    for config in (mnist, sprites, duke):
        assert tuple(vars(config.gradient_limits).values()) == (1, 1, 10)
        assert config.entropy_weight == 1
        assert config.tanh_confidence
        assert config.report_at_half
        assert config.rounded_priority
        assert config.mask_afterwards
        assert config.reverse_shift
        assert config.premultiply
    assert mnist.least_appearance == sprites.least_appearance == 20


def test_every_decision_is_linked_and_every_link_leads_somewhere():
    folder = PROJECT / "docs" / "decisions"
    notes = {path.name for path in folder.glob("*.md")}
    pages = [PROJECT / "docs" / page for page in ("paper-map.md", "departures.md")]
    linked = {
        name for page in pages for name in re.findall(r"decisions/([\w-]+\.md)", page.read_text())
    }
    assert linked <= notes
    assert len(linked) >= 6
