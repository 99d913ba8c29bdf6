"""What names a live source: a number or a device for a webcam, a URL for a stream."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from animot.errors import InputError

SCHEMES = ("http", "https", "rtmp", "rtsp", "rtsps", "tcp", "udp")


@dataclass(frozen=True, kw_only=True)
class Webcam:
    """A camera of this machine.

    Attributes
    ----------
    number : as the operating system counts cameras, from 0.
    """

    number: int

    @property
    def name(self) -> str:
        """For messages."""
        return f"webcam {self.number}"


@dataclass(frozen=True, kw_only=True)
class Stream:
    """A stream from the network.

    Attributes
    ----------
    url : with user and password, where the camera asks for them.
    """

    url: str

    @property
    def name(self) -> str:
        """For messages: the URL without user and password."""
        return re.sub(r"//[^/?#]*@", "//", self.url, count=1)


def live_address(source: str | Path) -> Webcam | Stream | None:
    """The live source that is meant, or None where it is a file or a folder.

    A file or folder that is named like a webcam, such as `0`, is meant before the webcam.

    Raises
    ------
    InputError : where it is a URL of a kind that is not read.
    """
    text = str(source)
    device = re.fullmatch(r"(?:/dev/video)?([0-9]+)", text)
    if device and not (Path(text).is_file() or Path(text).is_dir()):
        return Webcam(number=int(device.group(1)))
    if not re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE) or Path(text).exists():
        return None
    address = Stream(url=text)
    if urlsplit(text).scheme not in SCHEMES:
        raise InputError(
            f"{address.name}: this kind of URL is not read; give one of {', '.join(SCHEMES)}"
        )
    return address
