from pathlib import Path

from animot.demo import NUM_FRAMES, demo


def test_the_demo_tracks_a_made_video_well(tmp_path: Path) -> None:
    evaluation = demo(tmp_path / "demo")
    scores = evaluation.overall
    assert scores["CLR_Frames"] == NUM_FRAMES
    assert scores["MOTA"] > 0.9
    assert scores["IDF1"] > 0.8
    assert (tmp_path / "demo" / "tracks" / "annotated.mp4").stat().st_size > 10_000
    assert "</html>" in (tmp_path / "demo" / "tracks" / "report.html").read_text()
    assert len(list((tmp_path / "demo" / "video" / "img1").iterdir())) == NUM_FRAMES
