"""What has to be said beside the tables."""

from collections.abc import Iterator

from animot.labelled_planning import CROWD
from animot.reproduce.atttrack.bootstrap import DRAWS
from animot.reproduce.atttrack.summary import Summary
from animot.reproduce.atttrack.task import LONGEST_PERIOD, PETS, Task

ABOUT_PRINTED = (
    "Nalaie and Zheng (2023), supplement, Tables 1 and 2 (HRNet-W18; their AttTrack is called "
    "AttTrack-EFM there): MOTA in %, and frames a second as a multiple of Teacher-only's. Data, "
    "networks, learning and hardware are others than ours, so that only the order of rows, the "
    "differences between them and the multiples can be compared.",
)


def introduction(summary: Summary) -> Iterator[str]:
    """What was learned, scored and measured, and how."""
    task = summary.task
    yield f"# AttTrack on {task.data}"
    yield ""
    yield (
        f"Preset `{task.preset}`, `{task.budget}` for each network, students made for K up to "
        f"{LONGEST_PERIOD}. {_scored(task)} Seeds: {', '.join(map(str, summary.seeds))}; a seed "
        "has a teacher and students of its own. What is ours in the method: docs/atttrack.md."
    )
    yield ""
    yield (
        "MOTA and IDF1 are in %, over all sequences together, means over seeds; counts are means "
        f"over seeds. In brackets: 95 % of {DRAWS:,} bootstrap draws, in which both sequences and "
        "seeds are drawn again; nothing of a single sequence with a single seed. All rows share "
        "the draws, so that differences are of pairs; a difference is one of the seeds that both "
        "rows have. The linear mix is 1 / K of Teacher-only and the rest of Student-only, its "
        "frames a second K / (t_T + (K - 1) t_S)."
    )
    yield ""
    yield _timed(summary)


def _scored(task: Task) -> str:
    if task.data == CROWD:
        return (
            f"Scored are {task.sequences} sequences of {task.frames} frames, of streams that no "
            "network has learned from or was validated on."
        )
    what = "frames 351 to 530" if task.data == PETS else "the second half of each sequence"
    return (
        f"Scored: {what}. Nothing is learned from them, but the weights that do best there in "
        "finding people are those that are scored; for all networks alike."
    )


def _timed(summary: Summary) -> str:
    times = summary.times
    if times is None:
        return "Time is not measured yet: that is done when all rows are scored."
    return (
        f"Milliseconds are a frame's in network, decoding, transfer and association, on this "
        f"machine, one thread of the processor (networks on {times.device}); reading and resizing "
        f"frames are left out. Rows took turns, frame by frame, over the same {times.frames} "
        f"frames, {times.rounds} times, and medians of these times are shown; FPS is 1000 over the "
        "median of their sum."
    )
