"""Tables in Markdown."""


def line(*cells: str) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"


def header(*names: str, words: int = 1) -> list[str]:
    """The first two lines of a table: names of its columns, the first so many of which are words.

    The others are numbers, and stand at the right.
    """
    return [line(*names), line(*["---"] * words, *["---:"] * (len(names) - words))]


def short_commit(commit: str | None) -> str:
    """Ten characters of a commit, and whether files differ from it; "-" where there is none."""
    number, dash, dirty = (commit or "-").partition("-")
    return f"{number[:10]}{dash}{dirty}"
