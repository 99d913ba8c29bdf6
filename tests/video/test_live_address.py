from pathlib import Path

import pytest

from animot.errors import InputError
from animot.video.live_address import SCHEMES, Stream, Webcam, live_address


@pytest.mark.parametrize(("source", "number"), [("0", 0), ("12", 12), ("/dev/video3", 3)])
def test_numbers_and_devices_are_webcams(source: str, number: int) -> None:
    assert live_address(source) == Webcam(number=number)
    assert f"webcam {number}" in live_address(source).name


@pytest.mark.parametrize("scheme", SCHEMES)
def test_urls_are_streams(scheme: str) -> None:
    assert live_address(f"{scheme}://camera/1") == Stream(url=f"{scheme}://camera/1")


@pytest.mark.parametrize("source", ["street.mp4", "a/b", "C:\\street.mp4", "1.mp4", "cam:1", ""])
def test_anything_else_is_a_file(source: str) -> None:
    assert live_address(source) is None
    assert live_address(Path(source)) is None


def test_a_file_or_folder_comes_before_a_webcam(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("0").write_bytes(b"x")
    Path("1").mkdir()
    assert live_address("0") is None
    assert live_address("1") is None
    assert live_address("2") == Webcam(number=2)


def test_an_unknown_kind_of_url_is_refused() -> None:
    with pytest.raises(InputError, match=r"ftp://host/a: .* give one of http, https"):
        live_address("ftp://me:secret@host/a")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("rtsp://me:secret@cam:554/1", "rtsp://cam:554/1"),
        ("rtsp://me:se@cret@cam/1", "rtsp://cam/1"),
        ("http://cam/a@b", "http://cam/a@b"),
    ],
)
def test_messages_name_no_password(url: str, name: str) -> None:
    assert Stream(url=url).name == name
