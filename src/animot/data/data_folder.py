"""Where data sets lie that a user has got from elsewhere."""

import os
from pathlib import Path


def data_folder() -> Path:
    """The folder that $ANIMOT_DATA names, or ../shared/data where it is not set."""
    return Path(os.environ.get("ANIMOT_DATA") or Path("..", "shared", "data"))
