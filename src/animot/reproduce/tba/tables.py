"""The tables of a reproduction: each configuration as printed, and ours over seeds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from animot.metrics.counts import Number
from animot.metrics.table import PAPER_COLUMNS, render_cell
from animot.reproduce.markdown import header, line, short_commit
from animot.reproduce.tba.cell import Task, configurations_of
from animot.reproduce.tba.published import PUBLISHED_BATCH, experiment_of
from animot.reproduce.tba.result import Result
from animot.reproduce.tba.spread import spread, values_of


def by_configuration(task: Task, results: Sequence[Result]) -> dict[str, list[Result]]:
    """Results of each configuration that has some, in the paper's order."""
    found = {
        name: [result for result in results if result.cell.configuration == name]
        for name in configurations_of(task.experiment)
    }
    return {name: group for name, group in found.items() if group}


def render_markdown(task: Task, results: Sequence[Result]) -> str:
    """A page with both tables: over seeds, and seed by seed."""
    experiment = experiment_of(task.experiment)
    groups = by_configuration(task, results)
    lines = [
        f"# {experiment.name}",
        "",
        f"He et al. (2019), Table {experiment.table}, beside ours: preset `{task.preset}`, "
        f"`{task.budget}` for each configuration and seed, scored on {results[0].test}. "
        "The published weights took "
        f"{experiment.published_steps * PUBLISHED_BATCH / 1e6:.0f} million frames "
        f"({experiment.published_steps:,} steps of {PUBLISHED_BATCH:,}).",
        "",
        *header("configuration", *PAPER_COLUMNS),
    ]
    for name, group in groups.items():
        lines += _configuration(name, experiment.printed[name][1], group)
    lines += ["", "## Every seed", "", *header("configuration, seed", *LEARNED, *PAPER_COLUMNS)]
    for group in groups.values():
        lines += [line(str(r.cell), *_learned(r), *_cells(values_of(r))) for r in group]
    lines += ["", "## Commands", ""]
    lines += [f"    {result.command}" for group in groups.values() for result in group]
    return "\n".join(lines) + "\n"


LEARNED = ("frames learned from", "minutes", "best step", "commit")


def _learned(result: Result) -> list[str]:
    learned = result.learned
    return [
        f"{learned.frames:,}",
        f"{learned.seconds / 60:.1f}",
        f"{learned.best_step:,}",
        short_commit(learned.commit),
    ]


def _configuration(name: str, printed: Mapping[str, Number], group: Sequence[Result]) -> list[str]:
    lines = [line(f"**{name}**, printed", *_cells(printed))]
    if len(group) == 1:
        return [*lines, line(f"{name}, seed {group[0].cell.seed}", *_cells(values_of(group[0])))]
    over = spread(group)
    low, high = _cells(over["lowest"]), _cells(over["highest"])
    ranges = [a if a == b else f"{a} to {b}" for a, b in zip(low, high, strict=True)]
    return [
        *lines,
        line(f"{name}, median of {len(group)} seeds", *_cells(over["median"])),
        line(f"{name}, mean", *_cells(over["mean"])),
        line(f"{name}, lowest to highest", *ranges),
    ]


def _cells(values: Mapping[str, Number]) -> list[str]:
    return [render_cell(column, values) for column in PAPER_COLUMNS]


def render_json(task: Task, results: Sequence[Result]) -> str:
    """The same numbers, and everything that is known of each cell."""
    printed = experiment_of(task.experiment).printed
    content: dict[str, Any] = {
        "task": asdict(task),
        "columns": PAPER_COLUMNS,
        "configurations": {
            name: {
                "printed": printed[name][1],
                "seeds": {result.cell.seed: values_of(result) for result in group},
                **spread(group),
            }
            for name, group in by_configuration(task, results).items()
        },
        "cells": [asdict(result) for result in results],
    }
    return json.dumps(content, indent=1) + "\n"
