"""Damaged MOTChallenge text ends in tracks or in one InputError, never in another exception."""

import os
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animot.data.mot import read_tracks, read_truth
from animot.data.seqinfo import read_seqinfo
from animot.data.track_csv import HEADER, read_csv
from animot.errors import InputError, InputWarning

TEXT = b"".join(
    b"%d,%d.0,%d.25,-3e1,40,7.5,1,1,0.5\r\n" % (n // 3 + 1, n % 3, n) for n in range(17)
)
INI = b"\xef\xbb\xbf[Sequence]\r\nname=MOT-7\nimDir=img1\nframeRate=14\nseqLength=837\nimExt=.jpg\n"
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


def plain_rows(path):
    """(frame, id, left, top, width, height) of each line, read in the plainest way."""
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        lines = [line.strip() for line in file if line.strip()]
    rows = [line.split(",") if "," in line else line.split() for line in lines]
    return sorted(tuple(float(cell.strip()) for cell in row[:6]) for row in rows)


def read_to_compare(path):
    """Read a result file; what is read must be what stands in the lines."""
    tracks = read_tracks(path)
    left, top, right, bottom = tracks.box.T
    columns = (tracks.frame + 1, tracks.track_id, left + 1, top + 1, right - left, bottom - top)
    found = sorted(zip(*(column.tolist() for column in columns), strict=True))
    np.testing.assert_allclose(found, plain_rows(path) or [], rtol=1e-6, atol=1e-6)


READERS = [(read_to_compare, TEXT), (read_truth, TEXT), (read_csv, CSV), (read_seqinfo, INI)]


def fuzz(folder, read, text, seed, cases):
    rng = np.random.default_rng(seed)
    path = folder / "damaged.txt"
    refusals = []
    for _ in range(cases):
        path.write_bytes(damaged(text, rng))
        refusals.append(refusal(read, path))
    messages = [message for message in refusals if message is not None]
    assert 0 < len(messages) < len(refusals)
    assert all(str(path) in message and "\n" not in message for message in messages)


@pytest.mark.parametrize(("read", "text"), READERS, ids=["mot", "truth", "csv", "seqinfo"])
def test_damage_is_read_or_refused(tmp_path, read, text):
    fuzz(tmp_path, read, text, len(text), 200)


@pytest.mark.slow
@pytest.mark.parametrize(("read", "text"), READERS, ids=["mot", "truth", "csv", "seqinfo"])
def test_much_damage_is_read_or_refused(tmp_path, read, text):
    fuzz(tmp_path, read, text, 1, 3000)


@st.composite
def spelled_rows(draw):
    """Rows of whole and half numbers, and a text that spells them in some odd way."""
    pairs = st.tuples(st.integers(1, 99), st.integers(0, 9))
    numbers = st.integers(-2000, 2000).map(lambda number: number / 2)
    sizes = st.integers(0, 2000).map(lambda number: number / 2)
    keys = draw(st.lists(pairs, min_size=1, max_size=9, unique=True))
    rows = [(*key, draw(numbers), draw(numbers), draw(sizes), draw(sizes)) for key in keys]
    spell = st.sampled_from([str, "{:.3f}".format, "{:e}".format, "{:+.1f}".format, "{:g}".format])
    separator = draw(st.sampled_from([",", ", ", " ,", " ", "\t", "  "]))
    tail = draw(st.sampled_from(["", separator + separator.join(["1", "-1", "-1"])]))
    ending = draw(st.sampled_from(["\n", "\r\n", "\n\n", " \n"]))
    lines = [separator.join(draw(spell)(cell) for cell in row) + tail for row in rows]
    start = draw(st.sampled_from(["", "\ufeff", "\n"]))
    return rows, start + ending.join(lines) + draw(st.sampled_from(["", ending]))


@settings(max_examples=150, deadline=None)
@given(spelled=spelled_rows())
def test_rows_come_through_any_spelling(tmp_path_factory, spelled):
    rows, text = spelled
    path = tmp_path_factory.mktemp("spelled") / "tracks.txt"
    path.write_bytes(text.encode())
    tracks = read_tracks(path)
    found = zip(
        (tracks.frame + 1).tolist(),
        tracks.track_id.tolist(),
        *(tracks.box[:, :2] + 1).T.tolist(),
        *(tracks.box[:, 2:] - tracks.box[:, :2]).T.tolist(),
        strict=True,
    )
    assert sorted(found) == sorted(rows)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("read", [read_tracks, read_truth, read_csv, read_seqinfo])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "pipe")
    assert str(tmp_path / "pipe") in refusal(read, tmp_path / "pipe")
