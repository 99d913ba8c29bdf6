import subprocess
import sys


def test_scoring_needs_neither_torch_nor_cv2():
    program = "import animot.metrics, sys; print(sorted({'torch', 'cv2', 'av'} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
