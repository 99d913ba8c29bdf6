"""The experiments of He et al. (2019) on made video, and what the paper prints of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from animot.data.digits import load_digits
from animot.data.made import MadeVideo
from animot.data.mnist_mot import MnistMOT
from animot.data.sprites_mot import SpritesMOT
from animot.errors import InputError
from animot.metrics.table import PAPER_COLUMNS, Row

# Of test video; no model is learned with this seed.
TEST_SEED = 10_000
# Subsequences and frames of a step of the paper (A.1).
PUBLISHED_BATCH = 64 * 20


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """One experiment.

    Attributes
    ----------
    name : on the command line.
    made : word of the made set that is learned.
    test : video that no model has learned from; takes the folder of the digits.
    table : number of the table in the paper.
    printed : its rows, by configuration.
    published_steps : of the authors' program until its weights were published.
    shown : frames of the test video that figures show: those in which objects cross. They were
        chosen by the truth.
    """

    name: str
    made: str
    test: Callable[[Path | None], MadeVideo]
    table: int
    printed: dict[str, Row]
    published_steps: int
    shown: range


def _printed(rows: dict[str, str]) -> dict[str, Row]:
    """Rows by configuration, from numbers in the order of the columns; "-" where there is none."""
    return {
        name: (
            "printed",
            {
                column: float(number)
                for column, number in zip(PAPER_COLUMNS, numbers.split(), strict=True)
                if number != "-"
            },
        )
        for name, numbers in rows.items()
    }


EXPERIMENTS = {
    "tba-sprites": Experiment(
        name="tba-sprites",
        made="sprites",
        test=lambda _: SpritesMOT(TEST_SEED),
        table=1,
        printed=_printed(
            {
                "TBA": "99.2 99.3 99.2 99.2 79.1 0.01 985 1 60 80 30 22",
                "TBAc": "99.0 99.2 98.9 99.1 78.8 0.01 981 0 72 83 36 29",
                "TBAc-noOcc": "93.3 93.9 92.7 98.5 77.9 0 969 0 48 227 64 105",
                "TBAc-noAtt": "43.2 41.4 45.1 52.6 78.6 0.19 982 0 1862 198 8425 89",
                "TBAc-noMem": "0 - 0 0 - 0 0 987 0 22096 0 0",
                "TBAc-noRep": "93.0 92.5 93.6 96.9 78.8 0.02 978 0 232 185 267 94",
            }
        ),
        published_steps=401_900,
        shown=range(132, 142),
    ),
    "tba-mnist": Experiment(
        name="tba-mnist",
        made="mnist",
        test=lambda digits: MnistMOT(TEST_SEED, load_digits(digits, "test")),
        table=4,
        printed=_printed(
            {
                "TBA": "99.6 99.6 99.6 99.5 78.4 0 978 0 49 49 22 7",
                "TBAc": "99.2 99.3 99.2 99.4 78.1 0.01 977 0 54 52 26 11",
                "TBAc-noAtt": "45.2 43.9 46.6 59.8 81.8 0.20 976 0 1951 219 6762 86",
                "TBAc-noMem": "0 - 0 0 - 0 0 983 0 22219 0 0",
                "TBAc-noRep": "94.3 92.9 95.7 98.7 77.8 0.01 980 0 126 55 103 10",
            }
        ),
        published_steps=575_700,
        shown=range(75, 85),
    ),
}


def experiment_of(name: str) -> Experiment:
    """Experiment by its name; InputError where there is none."""
    if name not in EXPERIMENTS:
        raise InputError(
            f"there is no experiment {name}; give {' or '.join(EXPERIMENTS)}, or atttrack"
        )
    return EXPERIMENTS[name]
