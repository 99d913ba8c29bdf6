"""Seeds of an experiment: each is stored and not done again, and a table shows all that are."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from animot.data.atomic import write_text

RESULTS = Path("results")
Stored = dict[str, Any]


def work_through(
    kind: str,
    name: str,
    seeds: Iterable[int],
    run: Callable[[int], Stored],
    table: Callable[[str, list[Stored]], str],
) -> None:
    """Do what is not in results/KIND/NAME-SEED.json yet; results/KIND-NAME.md anew after each."""
    folder, page = RESULTS / kind, RESULTS / f"{kind}-{name}.md"
    folder.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        path = folder / f"{name}-{seed}.json"
        if not path.exists():
            write_text(path, json.dumps(run(seed), indent=1) + "\n")
        stored = sorted(folder.glob(f"{name}-*.json"))
        write_text(page, table(name, [json.loads(one.read_text()) for one in stored]))
    sys.stdout.write(page.read_text())
