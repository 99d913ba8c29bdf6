"""Scores with intervals: how much they would differ with other sequences and other seeds.

Sequences are drawn with replacement, as many as there are, and counts of those drawn are added
before a score is made of them. Seeds are drawn likewise, and their scores averaged. All rows share
the draws, so that the difference of two rows is one of pairs: of the same sequences, and of
networks with the same teacher.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float, Int

from animot.reproduce.atttrack.result import Scored, SequenceCounts

DRAWS = 2000
SEED = 0
PERCENT = (2.5, 97.5)
COLUMNS = [field.name for field in fields(SequenceCounts) if field.name != "sequence"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Draws:
    """How often each seed and each sequence was drawn; first of all, each of them once.

    Attributes
    ----------
    seeds, sequences : a row for each draw; every row adds up to the number of columns.
    """

    seeds: Int[np.ndarray, "D S"]
    sequences: Int[np.ndarray, "D N"]


def draw(num_seeds: int, num_sequences: int) -> Draws:
    """The draws for so many seeds and sequences; always the same ones."""
    return Draws(seeds=_draw(num_seeds, 0), sequences=_draw(num_sequences, 1))


def _draw(count: int, which: int) -> Int[np.ndarray, "D n"]:
    random = np.random.default_rng([SEED, which])
    drawn = random.multinomial(count, np.full(count, 1 / count), size=DRAWS)
    return np.concatenate([np.ones((1, count), dtype=np.int64), drawn])


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """A score of one row: of all that was scored, then of every draw; a fraction.

    Samples of the same draws are subtracted, and mixed, draw by draw.
    """

    values: Float[np.ndarray, " D"]
    varied: bool

    def __sub__(self, other: "Sample") -> "Sample":
        return Sample(values=self.values - other.values, varied=self.varied and other.varied)

    def mixed(self, other: "Sample", part: float) -> "Sample":
        """Part of this one, and of the other the rest."""
        values = part * self.values + (1 - part) * other.values
        return Sample(values=values, varied=self.varied and other.varied)

    @property
    def value(self) -> float:
        """Of all that was scored."""
        return float(self.values[0])

    @property
    def interval(self) -> tuple[float, float] | None:
        """In which 95 % of the draws lie; None of a single sequence with a single seed."""
        if not self.varied:
            return None
        low, high = np.percentile(self.values[1:], PERCENT)
        return float(low), float(high)


def sample_scores(results: Sequence[Scored]) -> dict[str, Sample]:
    """Samples of MOTA, IDF1 and recall of one row.

    Parameters
    ----------
    results : of the row, one for each seed; all of the same sequences.
    """
    table = np.array([[_numbers(one) for one in result.sequences] for result in results])
    draws = draw(len(results), table.shape[1])
    pooled = np.einsum("dn,snk->dsk", draws.sequences, table.astype(np.float64))
    count = dict(zip(COLUMNS, np.moveaxis(pooled, 2, 0), strict=True))
    truth = np.maximum(count["truth"], 1)
    boxes = np.maximum(2 * count["idtp"] + count["idfp"] + count["idfn"], 1)
    by_seed = {
        "MOTA": 1 - (count["fp"] + count["fn"] + count["switches"]) / truth,
        "IDF1": 2 * count["idtp"] / boxes,
        "recall": 1 - count["fn"] / truth,
    }
    return {
        name: Sample(
            values=(draws.seeds * values).sum(axis=1) / len(results),
            varied=table.shape[0] * table.shape[1] > 1,
        )
        for name, values in by_seed.items()
    }


def _numbers(counts: SequenceCounts) -> list[int]:
    return [getattr(counts, name) for name in COLUMNS]
