"""How scores fall with the frames since the key frame."""

from collections.abc import Iterable
from dataclasses import dataclass

from animot.metrics.counts import ratio
from animot.reproduce.atttrack.result import GapCounts, Scored


@dataclass(frozen=True, kw_only=True)
class Stale:
    """Scores of some frames, over all sequences and seeds; fractions."""

    mota: float
    recall: float


def stale_of(counts: Iterable[GapCounts]) -> Stale | None:
    """Scores of all these frames together; None where there are none."""
    counts = list(counts)
    if not counts:
        return None
    truth = sum(one.truth for one in counts)
    missed = sum(one.fn for one in counts)
    wrong = missed + sum(one.fp + one.switches for one in counts)
    return Stale(mota=1 - ratio(wrong, truth), recall=1 - ratio(missed, truth))


def by_gap(results: Iterable[Scored]) -> dict[int, Stale]:
    """Scores by i, frames since the key frame, increasing; i = 0 are the key frames."""
    counts = [gap for one in results for gap in one.gaps]
    found = {i: stale_of(c for c in counts if c.gap == i) for i in sorted({c.gap for c in counts})}
    return {i: stale for i, stale in found.items() if stale is not None}


def off_key_frames(results: Iterable[Scored]) -> Stale | None:
    """Scores of all frames that are no key frames."""
    return stale_of(gap for one in results for gap in one.gaps if gap.gap > 0)
