"""What each option of the preset `fast` is worth: learning with all of them but one.

    python experiments/leave_one_out.py sprites --threads 1
    python experiments/leave_one_out.py sprites --only none,priors.motion --seeds 1 --steps 100

Learns made video once for each option and seed, and scores unseen video on the way. Each run is
stored as results/leave_one_out/NAME/OPTION-SEED.json and not done again, unless with another
budget; the table of all that is
stored, results/leave_one_out-NAME.md, is written anew after each. Options that the preset of a set
does not have are left out. Learning ends after --steps, or after --minutes; the learning rate
follows the steps, so that a slow machine cuts runs off and changes nothing else.
"""

import argparse
import json
import math
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import torch
from made_runs import UnseenVideo, prepare

from animot.data.atomic import write_text
from animot.made_sets import MADE_SETS
from animot.planning import Options, Plan, plan_made
from animot.tba.config import TBAConfig
from animot.training.loop import Report
from animot.training.schedule import TrainingConfig

RESULTS = Path("results")
GOAL = 90.0
Curve = list[dict[str, float]]
Change = Callable[[Plan], Plan]

# Options as docs/departures.md names them; off is what they are by default.
OF_THE_MODEL = (
    "priors",
    "persistence",
    "anchor_reach",
    "background_difference",
    "normalize_features",
    "premultiply",
    "presence_weight",
    "constancy_weight",
    "warm_up_steps",
    "box_edge",
    "entropy_weight",
)
OF_LEARNING = ("overlaid_share", "betas", "gradient_norm", "ramp_steps", "decay_from", "re_warms")
# Parts of them, and the values at which they do nothing. `final_rate` is off with `decay_from`,
# `persistence.patience` with `persistence`.
OF_GROUPS = {
    "priors.saliency": 0.0,
    "priors.saliency_kept": 1.0,
    "priors.motion": math.inf,
    "priors.velocity_kept": 0.0,
    "priors.window": 99,
    "persistence.hidden_overlap": 1.0,
    "persistence.hidden_cost": 1.0,
    "persistence.hidden_state": False,
    "persistence.seen_apart": False,
    "persistence.left_share": 1.0,
}


class TimeIsUpError(Exception):
    """A run has had its minutes."""


def default(kind: type, name: str) -> Any:
    """Value of an option where no preset turns it on."""
    return next(field.default for field in fields(kind) if field.name == name)


def without(option: str) -> Change:
    """How a plan changes where an option is off; "none": not at all."""

    def change(plan: Plan) -> Plan:
        config, training = plan.config, plan.training
        if option in OF_LEARNING:
            off = {option: default(TrainingConfig, option)}
            return replace(plan, training=replace(training, **off))
        if option in OF_GROUPS:
            group, _, part = option.partition(".")
            lacking = replace(getattr(config, group), **{part: OF_GROUPS[option]})
            return replace(plan, config=replace(config, **{group: lacking}))
        if option == "none":
            return plan
        off = {option: default(TBAConfig, option)}
        if option == "priors":  # persistence needs their motion
            off["persistence"] = None
        return replace(plan, config=replace(config, **off))

    return change


def options_of(plan: Plan) -> list[str]:
    """Options that a plan has, after "none"."""
    names = [*OF_THE_MODEL, *OF_GROUPS, *OF_LEARNING]
    return ["none", *(name for name in names if without(name)(plan) != plan)]


def curve_of(name: str, option: str, seed: int, given: argparse.Namespace) -> Curve:
    """Scores on the way of one run."""
    run = prepare(name, seed, change=without(option))
    unseen = UnseenVideo(run.made)
    curve: Curve = []

    def score(report: Report) -> None:
        scores = unseen.scores(run)
        row = {key: 100 * float(scores[key]) for key in ("MOTA", "IDF1", "MOTP")}
        frames = float(report.step * run.frames_per_step)
        curve.append({"frames": frames, "seconds": report.seconds, **row})
        sys.stdout.write(f"{option} {seed}  {frames:.0f} frames  MOTA {row['MOTA']:.1f}\n")
        sys.stdout.flush()
        if report.seconds > 60 * given.minutes:
            raise TimeIsUpError

    with suppress(TimeIsUpError):
        run.learn(given.steps, given.every, score)
    return curve


def frames_to(goal: float, curve: Curve) -> float | None:
    """Frames learned from until MOTA first reaches the goal, on straight lines between points."""
    before = {"frames": 0.0, "MOTA": 0.0}
    for point in curve:
        if point["MOTA"] >= goal:
            part = (goal - before["MOTA"]) / (point["MOTA"] - before["MOTA"])
            return before["frames"] + part * (point["frames"] - before["frames"])
        before = point
    return None


def table(cells: dict[tuple[str, int], Curve]) -> str:
    """The stored runs in Markdown: an option a row, a seed beside the other."""
    seeds = sorted({seed for _, seed in cells})
    options = list(dict.fromkeys(option for option, _ in cells))
    heads = ["off", *(f"frames to MOTA {GOAL:.0f}, seed {seed}" for seed in seeds)]
    heads += [f"last MOTA / IDF1 (frames), seed {seed}" for seed in seeds]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for option in options:
        curves = [cells.get((option, seed), []) for seed in seeds]
        row = [f"`{option}`", *map(_reached, curves), *map(_last, curves)]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def _reached(curve: Curve) -> str:
    frames = frames_to(GOAL, curve)
    return "" if not curve else "not reached" if frames is None else f"{frames:,.0f}"


def _last(curve: Curve) -> str:
    if not curve:
        return ""
    last = curve[-1]
    return f"{last['MOTA']:.1f} / {last['IDF1']:.1f} ({last['frames']:,.0f})"


def main() -> None:
    """Do what is not stored yet, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=MADE_SETS)
    parser.add_argument("--only", help="options, with commas between them; none is the preset")
    parser.add_argument("--seeds", default="1,2")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    plan = plan_made(MADE_SETS[given.name].make(0, 3, None), Options())
    options = given.only.split(",") if given.only else options_of(plan)
    if unknown := set(options) - set(options_of(plan)):
        parser.error(f"no option of fast {given.name}: {', '.join(sorted(unknown))}")
    folder = given.out / "leave_one_out" / given.name
    folder.mkdir(parents=True, exist_ok=True)
    seeds = [int(seed) for seed in given.seeds.split(",")]
    for seed in seeds:
        for option in options:
            path = folder / f"{option}-{seed}.json"
            facts = {"steps": given.steps, "minutes": given.minutes, "every": given.every}
            if not is_done(path, facts):
                curve = curve_of(given.name, option, seed, given)
                write_text(path, json.dumps({**facts, "curve": curve}, indent=1) + "\n")
            cells = stored(folder, options_of(plan))
            write_text(given.out / f"leave_one_out-{given.name}.md", table(cells))
    sys.stdout.write(table(stored(folder, options_of(plan))))


def is_done(path: Path, facts: dict[str, float]) -> bool:
    """Whether a run is stored, with the same budget."""
    return path.exists() and facts.items() <= json.loads(path.read_text()).items()


def stored(folder: Path, options: list[str]) -> dict[tuple[str, int], Curve]:
    """Curves of all runs in the folder."""
    return {
        (option, int(path.stem.removeprefix(f"{option}-"))): json.loads(path.read_text())["curve"]
        for option in options
        for path in sorted(folder.glob(f"{option}-[0-9]*.json"))
    }


if __name__ == "__main__":
    main()
