"""The page as text; what it does is tested in a browser."""

import re
from base64 import b64decode
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hand_made_tracks import moving, together
from shown_video import make_page, record

from animot.errors import InputError
from animot.report import page as page_module
from animot.report.learning_story import Curve, LearningStory
from animot.report.page import Told, clock, page, picture_address, write_page
from animot.report.recording import Recording
from animot.video.image_file import read_image

EVIL = '</script><script>alert("&")</script>.mp4'


def _recording() -> Recording:
    clean, ill = moving(3, range(60)), moving(8, [30, 31, 36], left=130.0, top=20.0)
    return Recording(
        tracks=together(clean, ill),
        seconds=np.arange(60) * 0.1,
        first_frame=0,
        first_second=0.0,
        size=(200, 300),
        fps=10.0,
        whole=True,
    )


class _Tags(HTMLParser):
    """Collects tags, and fails where they are not nested."""

    VOID = frozenset({"meta", "link", "input", "img", "path", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag, tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def _tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser.seen


def test_tags_are_nested_and_nothing_is_fetched() -> None:
    story = LearningStory(
        facts=(("Steps", "5"),),
        curves=(Curve(title="Loss", most=None, steps=(0.0, 9.0), values=(2.0, 1.0)),),
    )
    told = Told(title="a", background=np.zeros((4, 6, 3), dtype=np.uint8), learning=story)
    for tag, attributes in _tags(page(_recording(), told, "AAAA")):
        for name in ("src", "href"):
            assert (attributes.get(name) or "data:").startswith("data:"), (tag, attributes)


def test_text_is_escaped_wherever_it_stands() -> None:
    story = LearningStory(facts=(("Seed", EVIL),), curves=())
    text = page(_recording(), Told(title=EVIL, learning=story), None)
    assert "alert(" in unescape(text)
    assert "<script>alert" not in text
    assert [tag for tag, _ in _tags(text)].count("script") == 2  # data and program


def test_a_page_shows_its_tracks_and_what_to_check() -> None:
    tags = _tags(page(_recording(), Told(title="a"), "AAAA"))
    lines = [each for _, each in tags if each.get("class") == "row track"]
    assert [(each["data-track"], each["data-frame"]) for each in lines] == [("3", "0"), ("8", "30")]
    moments = [each for _, each in tags if each.get("class") == "moment"]
    assert {each["data-track"] for each in moments} == {"8"}
    assert {each["data-frame"] for each in moments} <= {"30", "36"}


def test_what_is_not_known_is_left_out() -> None:
    text = page(_recording(), Told(title="a"), None)
    assert "The empty scene" not in text
    assert "How learning went" not in text
    assert "This page shows" not in text


def test_a_video_in_which_nothing_was_found_says_so() -> None:
    recording = _recording()
    nothing = replace(
        recording.tracks,
        **{
            name: getattr(recording.tracks, name)[:0]
            for name in ("frame", "track_id", "box", "confidence")
        },
    )
    text = page(replace(recording, tracks=nothing), Told(title="a"), None)
    assert "Nothing was found in this video." in text


def test_a_part_of_a_video_says_that_it_is_one() -> None:
    text = page(replace(_recording(), whole=False), Told(title="a"), None)
    assert "this page shows its first 60 frames" in text


def test_long_lists_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "MOST_MOMENTS", 1)
    monkeypatch.setattr(page_module, "MOST_LINES", 1)
    text = page(_recording(), Told(title="a"), None)
    assert "The 1 longest of 2 tracks" in text
    assert re.search(r"The 1 most doubtful of \d+ moments", text)
    tags = _tags(text)
    lines = [each["data-track"] for _, each in tags if each.get("class") == "row track"]
    assert lines == ["3"]


def test_a_small_film_goes_inside_and_a_large_one_stays_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = make_page(tmp_path, Told(title="a"))
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
    assert said == [f"open {tmp_path / 'report.html'} in a browser"]
    monkeypatch.setattr(page_module, "LARGEST_INSIDE", 1000)
    said = make_page(tmp_path, Told(title="a"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["report.html", "report.mp4"]
    assert "report.mp4 belongs beside it" in said[0]
    assert 'src="report.mp4"' in (tmp_path / "report.html").read_text()


def test_the_same_video_gives_the_same_bytes(tmp_path: Path) -> None:
    pages = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        make_page(tmp_path / name, Told(title="a"))
        pages.append((tmp_path / name / "report.html").read_bytes())
    assert pages[0] == pages[1]


def test_a_page_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    recorder = record(tmp_path)
    (tmp_path / "report.html").mkdir()
    with pytest.raises(InputError, match=r"report.html: cannot write it"):
        write_page(recorder, Told(title="a"), lambda _: None)
    recorder.film.unlink()
    with pytest.raises(InputError, match=r"report.mp4: cannot read it"):
        write_page(recorder, Told(title="a"), lambda _: None)


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_keeps_its_colours(tmp_path: Path, channels: int) -> None:
    image = np.random.default_rng(0).integers(0, 256, (5, 7, channels)).astype(np.uint8)
    address = picture_address(image)
    kind, _, content = address.partition(",")
    assert kind == "data:image/png;base64"
    file = tmp_path / "a.png"
    file.write_bytes(b64decode(content))
    assert np.array_equal(read_image(file), np.broadcast_to(image, (5, 7, 3)))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0:00.0"), (8.56, "0:08.6"), (59.97, "1:00.0"), (62.4, "1:02.4"), (3661.0, "1:01:01.0")],
)
def test_a_clock_shows_minutes_and_hours_where_there_are_some(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
