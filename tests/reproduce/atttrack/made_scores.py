"""Scored rows by hand."""

from animot.reproduce.atttrack.cells import Scoring
from animot.reproduce.atttrack.methods import Row
from animot.reproduce.atttrack.result import GapCounts, Scored, SequenceCounts


def counts(truth, fp, fn, switches, idtp=None, name="one"):
    """Counts of one sequence of 10 frames; identities are found wherever boxes are."""
    found = truth - fn
    idtp = found if idtp is None else idtp
    return SequenceCounts(
        sequence=name,
        frames=10,
        truth=truth,
        fp=fp,
        fn=fn,
        switches=switches,
        idtp=idtp,
        idfp=found + fp - idtp,
        idfn=truth - idtp,
    )


def gap(i, frames, truth, fp, fn, switches):
    return GapCounts(gap=i, frames=frames, truth=truth, fp=fp, fn=fn, switches=switches)


def scored(name, *sequences, every=None, seed=1, gaps=()):
    """A row of one seed."""
    cell = Scoring(row=Row(name=name, every=every), seed=seed)
    return Scored(cell=cell, sequences=sequences, gaps=gaps, commit=None)
