"""Damaged MOTChallenge text ends in tracks or in one InputError, never in another exception."""

import warnings

import numpy as np
import pytest

from animot.data.mot import read_tracks, read_truth
from animot.data.track_csv import HEADER, read_csv
from animot.errors import InputError, InputWarning

TEXT = b"".join(
    b"%d,%d.0,%d.25,-3e1,40,7.5,1,1,0.5\r\n" % (n // 3 + 1, n % 3, n) for n in range(17)
)
CSV = f"{HEADER}\n".encode() + b"".join(
    b"%d,0.%d,%d,1,2.5,3,4,1,0\n" % (n // 3 + 1, n, n % 3) for n in range(17)
)
PIECES = [
    b",",
    b"\n",
    b"\r",
    b"\x00",
    b"\xff",
    b'"',
    b"nan",
    b"-",
    b"e9",
    b" ",
    b"1e999",
    b"#",
    b"9" * 30,
]


def damaged(text, rng):
    for _ in range(int(rng.integers(1, 4))):
        at, end = np.sort(rng.integers(0, len(text) + 1, 2))
        kind = rng.integers(4)
        if kind == 0:
            text = text[:at] + PIECES[rng.integers(len(PIECES))] + text[at:]
        elif kind == 1:
            text = text[:at] + text[min(end, at + 9) :]
        elif kind == 2:
            text = text[:at] + text[end:] + text[at:end]
        else:
            text = text[:at] + bytes(rng.integers(0, 256, 1).tolist()) + text[at + 1 :]
    return text


def refusal(read, path):
    """The message of the InputError, or None where the file is read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        try:
            read(path)
        except InputError as error:
            return str(error)
    return None


@pytest.mark.parametrize(
    ("read", "text"), [(read_tracks, TEXT), (read_truth, TEXT), (read_csv, CSV)]
)
def test_damage_is_read_or_refused(tmp_path, read, text):
    rng = np.random.default_rng(len(text))
    path = tmp_path / "damaged.txt"
    refusals = []
    for _ in range(200):
        path.write_bytes(damaged(text, rng))
        refusals.append(refusal(read, path))
    messages = [message for message in refusals if message is not None]
    assert 0 < len(messages) < len(refusals)
    assert all(str(path) in message and "\n" not in message for message in messages)
