import json
from pathlib import Path

import pytest
from made_results import make_result

from animot.errors import InputError
from animot.reproduce.tba.result import is_finished, read_results, write_result


def test_results_come_back_ordered_by_seed(tmp_path: Path) -> None:
    made = [make_result("TBA", 10), make_result("TBAc-noMem", 2, commit=None), make_result(seed=3)]
    for result in made:
        assert not is_finished(tmp_path, result.cell)
        result.cell.folder(tmp_path).mkdir()
        write_result(tmp_path, result)
        assert is_finished(tmp_path, result.cell)
    assert read_results(tmp_path) == [made[1], made[2], made[0]]


@pytest.mark.parametrize("damage", ["{", "7", '{"task": 1}', "nan in scores", "[" * 9000])
def test_a_damaged_result_is_refused_in_one_line(tmp_path: Path, damage: str) -> None:
    result = make_result()
    folder = result.cell.folder(tmp_path)
    folder.mkdir()
    write_result(tmp_path, result)
    path = folder / "result.json"
    if damage == "nan in scores":
        content = json.loads(path.read_text())
        damage = json.dumps(content | {"scores": {"MOTA": float("nan")}})
    path.write_text(damage)
    with pytest.raises(InputError, match=r"result\.json: is damaged") as error:
        read_results(tmp_path)
    assert len(str(error.value).splitlines()) == 1
