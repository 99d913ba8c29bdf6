"""The command line. Each command is thin: it calls what Python users call."""

import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from animot.cli_data import Out, data
from animot.cli_learn import learn
from animot.cli_reproduce import reproduce
from animot.cli_track import track
from animot.errors import InputError, InputWarning, ProcessLostError
from animot.share import Share
from animot.training.interrupts import handling

EXIT_PROCESS_LOST = 1
EXIT_BAD_INPUT = 2

app = App(
    name="animot",
    help=(
        "Online multi-object tracking learned from unlabelled video of a fixed camera.\n\n"
        "Example: animot learn street.mp4 -o street/ ; animot track street.mp4 -m street/ -o out/"
    ),
    version_flags=["--version"],
    help_format="plaintext",
)
app.command(data)
app.command(learn)
app.command(track)
app.command(reproduce)


def main() -> None:
    """Run the command line; bad input ends in one line and exit code 2.

    Of several processes that learn together, one on each machine says what is refused.
    """
    share = Share.from_environment()
    # Threads wait for each other awake, but not for long: those that sleep at once wake too late
    # (half the speed), those that never do burn a processor that others need (a tenth of it).
    # Read by GNU's OpenMP when torch is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    if not share.alone:  # what torch.distributed warns of is no concern of the user's
        os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    warnings.simplefilter("ignore")
    if share.first_here:
        warnings.simplefilter("always", InputWarning)
    warnings.formatwarning = _format_warning
    try:
        with handling({signal.SIGTERM}, _stop):  # as Ctrl-C: what is half done is put away
            app(exit_on_error=False, print_error=False)
    except (InputError, CycloptsError) as error:
        if share.first_here:
            print(f"animot: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(EXIT_BAD_INPUT)
    except ProcessLostError as error:
        print(f"animot: {error}", file=sys.stderr)
        sys.exit(EXIT_PROCESS_LOST)
    except KeyboardInterrupt as stop:
        if share.first_here:
            print("animot: stopped", file=sys.stderr)
        sys.exit(128 + (stop.args[0] if stop.args else signal.SIGINT))
    except BrokenPipeError:  # whoever read our output has gone
        sys.stderr.close()
        sys.exit(1)


def _stop(number: int) -> None:
    raise KeyboardInterrupt(number)


def _format_warning(message: Warning | str, *_: object, **__: object) -> str:
    return f"animot: {message}\n"


@app.command(name="eval")
def evaluate(
    tracks: Path,
    truth: Path,
    *,
    iou: float = 0.5,
    frames: str | None = None,
    benchmark: str | None = None,
    published: str | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
    csv: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Score tracks against ground truth: CLEAR MOT, identity and HOTA.

    Example: animot eval out/tracks.txt gt.txt --frames 1-530

    Parameters
    ----------
    tracks
        MOTChallenge or CSV file, or a folder of results.
    truth
        MOTChallenge ground truth, a sequence folder, or a folder of them.
    iou
        Least overlap of a match, for CLEAR and identity scores.
    frames
        Score frames A-B only, counted from 1.
    benchmark
        MOT15, MOT16, MOT17, MOT20 or plain; found out if not given.
    published
        A row to print beside, such as "paper: MOTA 52.6 IDs 7".
    json
        Print all numbers as JSON, with TrackEval's names.
    csv
        Print all numbers as CSV.
    """
    from animot.metrics.files import evaluate_files, parse_frames
    from animot.metrics.published import published_row

    evaluation = evaluate_files(
        tracks,
        truth,
        iou=iou,
        frames=None if frames is None else parse_frames(frames),
        benchmark=benchmark,
    )
    if json:
        print(evaluation.json())
    elif csv:
        print(evaluation.csv())
    else:
        print(evaluation.table([] if published is None else [published_row(published)]))


@app.command
def demo(
    *,
    out: Out = Path("demo"),
    overwrite: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Make a video, track it with shipped weights, score the tracks and draw them.

    Example: animot demo -o demo/

    Parameters
    ----------
    out
        Folder for video and results.
    overwrite
        Replace results in a folder that is not empty.
    """
    import torch

    from animot.demo import demo as run_demo
    from animot.report.progress import ProgressLine

    torch.set_num_threads(1)
    with ProgressLine() as progress:
        evaluation = run_demo(out, overwrite=overwrite, on_frame=progress.tracked, say=progress.say)
    print(evaluation.table())
    print(f"see {out / 'tracks' / 'report.html'}")
