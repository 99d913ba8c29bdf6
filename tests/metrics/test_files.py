import json
from pathlib import Path

import pytest
from small_tracks import tracks_of

from animot.data.mot import write_tracks
from animot.data.track_csv import write_csv
from animot.errors import InputError, InputWarning
from animot.metrics import evaluate, evaluate_files, parse_frames, published_row

TRUTH = tracks_of({1: 0, 2: 50}, {1: 0, 2: 50}, {1: 0}, {1: 0})
TRACKS = tracks_of({4: 0, 5: 52}, {4: 0}, {4: 100}, {5: 0})


@pytest.fixture
def files(tmp_path):
    write_tracks(TRACKS, tmp_path / "tracks.txt")
    write_tracks(TRUTH, tmp_path / "gt.txt")
    return tmp_path / "tracks.txt", tmp_path / "gt.txt"


def sequence_folder(folder: Path, rows="1,1,1,1,10,10,1,1,1\n", length=None):
    (folder / "gt").mkdir(parents=True)
    (folder / "gt" / "gt.txt").write_text(rows)
    if length:
        (folder / "seqinfo.ini").write_text(f"[Sequence]\nseqLength={length}\n")
    return folder


def test_files_score_as_the_tracks_they_hold(files):
    evaluation = evaluate_files(*files, iou=0.6)
    assert evaluation.overall.as_dict() == evaluate(TRACKS, TRUTH, iou=0.6).as_dict()
    assert list(evaluation.sequences) == [files[1].parent.name]


def test_our_csv_scores_as_the_text(files, tmp_path):
    write_csv(TRACKS, tmp_path / "tracks.csv")
    text, table = (
        evaluate_files(tmp_path / name, files[1]) for name in ("tracks.txt", "tracks.csv")
    )
    assert text.json() == table.json()


def test_a_range_of_frames_is_cut_from_both_files(files):
    scores = evaluate_files(*files, frames=parse_frames("2-3")).overall
    assert scores.as_dict() == evaluate(TRACKS.between(1, 2), TRUTH.between(1, 2)).as_dict()
    assert (scores["CLR_TP"], scores["CLR_FN"], scores["CLR_FP"]) == (1, 2, 1)
    assert scores["Frames"] == 2


def test_rows_outside_the_range_may_lie_beyond_the_sequence(tmp_path):
    truth = sequence_folder(tmp_path / "a", length=3)
    (tmp_path / "tracks.txt").write_text("1,1,1,1,10,10,1\n4,1,1,1,10,10,1\n")
    assert evaluate_files(tmp_path / "tracks.txt", truth, frames=(1, 3)).overall["CLR_FP"] == 0


def test_a_range_may_end_after_the_last_box(files):
    assert evaluate_files(*files, frames=(2, 40)).overall["Frames"] == 39


@pytest.mark.parametrize("text", ["", "5", "0-4", "7-3", "a-b", "1-2-3", "-1-4", "1.0-2"])
def test_ranges_that_are_none(text):
    with pytest.raises(InputError, match="write 1-530 for frames 1 to 530"):
        parse_frames(text)
    assert parse_frames(" 3 - 17 ") == (3, 17)


def test_folders_are_scored_sequence_by_sequence(tmp_path):
    truth, results = tmp_path / "gt", tmp_path / "results"
    for name, length in (("b", 5), ("a", 3), ("MOT20-x", 2)):
        sequence_folder(truth / name, length=length)
    (results / "data").mkdir(parents=True)
    (results / "a.txt").write_text("1,7.0,1,1,10,10,1,-1,-1,-1\n3,8,90,1,10,10,1,-1,-1,-1\n")
    (results / "data" / "b.txt").write_text("")
    (results / "MOT20-x").mkdir()
    (results / "MOT20-x" / "tracks.txt").write_text("1 3 2 1 10 10\n")
    evaluation = evaluate_files(results, truth)
    assert list(evaluation.sequences) == ["MOT20-x", "a", "b"]
    assert list(evaluation.benchmarks.values()) == ["MOT20", "MOT17", "MOT17"]
    overall = evaluation.overall
    assert (overall["CLR_TP"], overall["CLR_FN"], overall["CLR_FP"]) == (2, 1, 1)
    assert overall["Frames"] == 10
    assert [line.split()[0] for line in evaluation.table().splitlines()[1:]] == [
        *("MOT20-x", "a", "b", "OVERALL")
    ]
    assert list(json.loads(evaluation.json())) == ["MOT20-x", "a", "b", "OVERALL"]
    assert len(evaluation.csv().splitlines()) == 5
    published = published_row("paper: MOTA 12.3")
    assert evaluation.table(beside=[published]).splitlines()[-1].split()[0] == "paper"


def test_two_sequences_have_an_overall_row(tmp_path):
    for name in ("a", "b"):
        sequence_folder(tmp_path / "gt" / name)
        (tmp_path / f"{name}.txt").write_text("1,1,1,1,10,10,1\n")
    table = evaluate_files(tmp_path, tmp_path / "gt").table()
    assert [line.split()[0] for line in table.splitlines()] == ["IDF1", "a", "b", "OVERALL"]


def test_a_single_sequence_needs_no_overall_row(files):
    assert len(evaluate_files(*files).table().splitlines()) == 2


def test_a_sequence_folder_and_an_output_folder(tmp_path):
    truth = sequence_folder(tmp_path / "street", length=6)
    output = tmp_path / "out"
    output.mkdir()
    (output / "tracks.txt").write_text("1,1,1,1,10,10,1\n")
    evaluation = evaluate_files(output, truth)
    assert list(evaluation.sequences) == ["street"]
    assert (evaluation.overall["MOTA"], evaluation.overall["Frames"]) == (1, 6)


def test_results_without_truth_are_left_out_with_a_warning(tmp_path):
    truth, results = tmp_path / "gt", tmp_path / "results"
    sequence_folder(truth / "a")
    results.mkdir()
    for name in ("a", "c", "d"):
        (results / f"{name}.txt").write_text("1,1,1,1,10,10,1\n")
    with pytest.warns(InputWarning, match=r"2 results without ground truth .* \(c, ...\)"):
        assert list(evaluate_files(results, truth).sequences) == ["a"]


def test_truth_of_which_nothing_counts_warns(tmp_path):
    (tmp_path / "gt.txt").write_text("1,1,1,1,10,10,0\n")
    (tmp_path / "tracks.txt").write_text("1,1,1,1,10,10,1\n")
    with pytest.warns(InputWarning, match="column 7 is 0 in every row"):
        assert evaluate_files(tmp_path / "tracks.txt", tmp_path / "gt.txt").overall["GT_Dets"] == 0
    plain = evaluate_files(tmp_path / "tracks.txt", tmp_path / "gt.txt", benchmark="plain")
    assert plain.overall["MOTA"] == 1


def test_what_cannot_be_scored_says_why(tmp_path):
    truth = sequence_folder(tmp_path / "gt" / "a", length=3)
    results = tmp_path / "results"
    results.mkdir()

    def refused(match, tracks=results, gt=tmp_path / "gt", **options):
        with pytest.raises(InputError, match=match) as error:
            evaluate_files(tracks, gt, **options)
        assert "\n" not in str(error.value)

    refused("no result for the sequence a; write it to a.txt")
    refused("nothing: no such file", tracks=tmp_path / "nothing")
    refused("nothing: no such file", gt=tmp_path / "nothing")
    refused("no ground truth here", gt=results)
    (results / "a.txt").write_text("1,1,1,1,10,10,1\n\n4,1,1,1,10,10,1\n")
    refused("a.txt line 3: frame 4 lies beyond the sequence of 3 frames")
    refused(r"seqinfo.ini: the sequence has 3 frames, frames 2-4 are not all in it", frames=(2, 4))
    refused("no benchmark is called MOT99; there are MOT15, MOT16", benchmark="MOT99")
    refused("^an IoU threshold of 2 does not work", iou=2)
    refused("is a single file", tracks=results / "a.txt")
    (results / "a.txt").write_text("1,1,1,1,10,10,1,3\n")
    refused("a.txt line 1: column 8 is a class other than 1")
    assert evaluate_files(results, tmp_path / "gt", benchmark="MOT15").overall["CLR_TP"] == 1
    (results / "a.txt").write_text("1,1,1,1,10,10,1\n")
    (truth / "gt" / "gt.txt").write_text("1,1,1,1,10,10,1,-1,-1\n")
    refused(r"gt.txt: the ground truth has no classes", benchmark="MOT17")
