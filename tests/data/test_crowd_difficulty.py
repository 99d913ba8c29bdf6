from dataclasses import replace

import pytest

from animot.data.crowd_difficulty import CrowdDifficulty
from animot.errors import InputError


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"people": (9.0, 8.0)}, r"people=\(9.0, 8.0\) is no range"),
        ({"noise": float("nan")}, "noise=nan is no range"),
        ({"contrast": float("inf")}, "contrast=inf is no range"),
        ({"people": (0.5, 8.0)}, "give 1 to 200"),
        ({"height": (7.0, 60.0)}, "give 8 to 500"),
        ({"speed": (0.0, 0.1)}, "give 0.01 to 1"),
        ({"stature": 0.6}, "stature=0.6 does not suit a crowd; give 0 to 0.5"),
        ({"hiding": 1.5}, "hiding=1.5 does not suit"),
        ({"obstacles": (0, 21)}, "give 0 to 20"),
        ({"outfits": 0}, "outfits=0 does not suit a crowd; give 1 to 100"),
        ({"patterns": 5}, "patterns=5 does not suit a crowd; give 1 to 4"),
        ({"shadow": 1.1}, "shadow=1.1 does not suit"),
    ],
)
def test_what_cannot_be_drawn_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        replace(CrowdDifficulty(), **change)


def test_the_ends_of_the_ranges_are_taken():
    CrowdDifficulty(people=(1.0, 200.0), stature=0.0, hiding=1.0, obstacles=(0, 20), shadow=1.0)
