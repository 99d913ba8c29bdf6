"""Decoded pictures of any pixel format, turned and converted to red, green, blue in 8 bits."""

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter
from jaxtyping import UInt8


class RgbConverter:
    """Converts pictures to what a player would show: turned as asked, 8 bits, without alpha.

    Pictures are turned in quarters; a mirrored or tilted display is not imitated. One converter
    serves one pass over a video, as setting up a conversion takes longer than the conversion.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def __call__(self, picture: av.VideoFrame) -> UInt8[np.ndarray, "H W 3"]:
        """Convert one picture.

        Raises
        ------
        FFmpegError : where FFmpeg cannot convert the pixel format.
        """
        image: np.ndarray = self._reformatter.reformat(picture, format="rgb24").to_ndarray()
        quarter_turns = round(picture.rotation / 90) % 4
        return np.ascontiguousarray(np.rot90(image, quarter_turns)) if quarter_turns else image


def resize(
    image: UInt8[np.ndarray, "H W 3"], size: tuple[int, int]
) -> UInt8[np.ndarray, "height width 3"]:
    """Image at size (height, width); averages over the area of each pixel where it shrinks."""
    height, width = size
    if image.shape[:2] == size:
        return image
    shrinks = height <= image.shape[0] and width <= image.shape[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.resize(image, (width, height), interpolation=interpolation)
