import pytest

from animot.data.seqinfo import SeqInfo, read_seqinfo
from animot.errors import InputError


def ini(folder, text):
    (folder / "seqinfo.ini").write_text(text)
    return folder / "seqinfo.ini"


def test_every_entry(tmp_path):
    text = (
        "\ufeff[Sequence]\nname=MOT17-05\nimDir=img1\nframeRate=14\nseqLength=837\r\n"
        "imWidth=640\nimHeight=480\nimExt=.jpg\n\n"
    )
    assert read_seqinfo(ini(tmp_path, text)) == SeqInfo(
        name="MOT17-05",
        num_frames=837,
        fps=14.0,
        width=640,
        height=480,
        image_folder="img1",
        image_suffix=".jpg",
    )


def test_what_is_missing_is_none(tmp_path):
    info = read_seqinfo(ini(tmp_path, "[Sequence]\nframeRate=29.97\nseqLength=\nname=100%\n"))
    assert info == SeqInfo(name="100%", fps=29.97)
    assert read_seqinfo(ini(tmp_path, "[Sequence]\n")).name == tmp_path.name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no readable .Sequence. section"),
        ("seqLength=3\n", "no readable .Sequence. section"),
        ("[Sequence]\nseqLength=many\n", "seqLength=many is not a number above 0"),
        ("[Sequence]\nseqLength=0\n", "seqLength=0 is not a number above 0"),
        ("[Sequence]\nseqLength=3.5\n", "seqLength=3.5 is not a whole number"),
        ("[Sequence]\nframeRate=nan\n", "frameRate=nan is not a number above 0"),
        ("[Sequence]\nimWidth=inf\n", "imWidth=inf is not a number above 0"),
    ],
)
def test_wrong_entries_are_named(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_seqinfo(ini(tmp_path, text))


def test_missing_files_and_other_bytes(tmp_path):
    with pytest.raises(InputError, match="cannot read it"):
        read_seqinfo(tmp_path / "seqinfo.ini")
    (tmp_path / "seqinfo.ini").write_bytes(b"\xff\xfe[\x00")
    with pytest.raises(InputError, match="no readable"):
        read_seqinfo(tmp_path / "seqinfo.ini")


def test_real_files(shared_data):
    gt = shared_data / "mot-pairs" / "mot17" / "gt"
    lengths = [read_seqinfo(path).num_frames for path in sorted(gt.glob("*/seqinfo.ini"))]
    assert lengths == [1050, 837, 525, 900]
