"""A published row of scores, to be printed under ours."""

import re

from animot.errors import InputError
from animot.metrics.table import COLUMNS, Row

OTHER_NAMES = {"IDs": "IDS", "IDSW": "IDS", "FAR": "FAF", "FM": "Frag"}


def published_row(text: str) -> Row:
    """Read a row such as `paper: MOTA 52.6 MOTP 72.3 IDs 7`.

    Percent and counts as they are printed in papers; `|`, `,` and `=` may stand between them.
    Columns that our table does not have are left out.

    Raises
    ------
    InputError : names and numbers do not alternate, or none of the columns is ours.
    """
    name, _, numbers = text.rpartition(":")
    words = re.split(r"[\s|,=]+", numbers.strip("|,= \t"))
    try:
        values = dict(zip(words[::2], map(float, words[1::2]), strict=True))
    except ValueError as error:
        raise InputError(
            f"{text!r} is no row of scores; write it like 'paper: MOTA 52.6 MOTP 72.3'"
        ) from error
    row = {OTHER_NAMES.get(column, column): value for column, value in values.items()}
    row = {column: value for column, value in row.items() if column in COLUMNS}
    if not row:
        raise InputError(f"{text!r} has no column of ours; ours are {' '.join(COLUMNS)}")
    return name.strip() or "published", row
