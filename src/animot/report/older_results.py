"""Results that an earlier run left in a folder, and the run in their place has not made anew."""

import shutil
from pathlib import Path

from animot.report.mask_images import FOLDER
from animot.report.page import PAGE
from animot.report.recording import FILM
from animot.report.result_files import VIDEO


def remove_older(folder: Path, *, video: bool, masks: bool, page: bool) -> None:
    """Remove what would show other tracks than tracks.txt has; what was made stays.

    Parameters
    ----------
    video, masks, page : whether this run has made annotated.mp4, the folder of masks, and
        report.html with its film.
    """
    if not video:
        (folder / VIDEO).unlink(missing_ok=True)
    if not masks:
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
    if not page:
        for name in (PAGE, FILM):
            (folder / name).unlink(missing_ok=True)
