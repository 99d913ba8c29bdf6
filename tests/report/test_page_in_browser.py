"""The page in a real browser without a network: what a person sees when they use it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from shown_video import BITS, FIRST_FRAME, HEIGHT, NUM_FRAMES, WIDTH, make_page, objects_of

from animot.report import page as page_module
from animot.report.learning_story import Curve, LearningStory
from animot.report.overlay import colour_of
from animot.report.page import Told

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt install chromium)")

LOOK = f"""
// A copy of the video or of the drawing over it.
const copy = (name, width, height) => {{
  const canvas = Object.assign(document.createElement("canvas"), {{ width, height }});
  const pen = canvas.getContext("2d", {{ willReadFrequently: true }});
  pen.drawImage(document.getElementById(name), 0, 0, width, height);
  return pen;
}};
// The number in the picture that the video shows, and the frame that the page believes in.
window.seen = () => {{
  const pen = copy("video", {WIDTH}, {HEIGHT});
  let number = 0;
  for (let bit = 0; bit < {BITS}; bit++) {{
    if (pen.getImageData(16 * bit + 8, 50, 1, 1).data[0] > 128) number |= 1 << bit;
  }}
  return [number, Number(document.getElementById("stage").dataset.frame)];
}};
// Red, green, blue, alpha of the drawing over a point of the original frame.
window.inkAt = (x, y) => {{
  const {{ width, height }} = document.getElementById("canvas");
  const pen = copy("canvas", width, height);
  return [...pen.getImageData(x * width / {WIDTH}, y * height / {HEIGHT}, 1, 1).data];
}};
"""

NO_FRAME_CALLBACKS = "delete HTMLVideoElement.prototype.requestVideoFrameCallback;"


@pytest.fixture(scope="module")
def browser() -> Iterator["playwright.Browser"]:
    with playwright.sync_playwright() as program:
        # No sandbox: there is none in a container, and the page is ours.
        browser = program.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a folder & more")
    curve = Curve(title="Loss", most=None, steps=(0.0, 9.0), values=(2.0, 1.0))
    background = np.full((HEIGHT, WIDTH, 3), 90, dtype=np.uint8)
    learning = LearningStory(facts=(("Seed", "7"),), curves=(curve,))
    make_page(folder, Told(title="</script>.mp4", background=background, learning=learning))
    return folder / "report.html"


Open = Callable[..., "playwright.Page"]


@pytest.fixture
def open_page(browser: "playwright.Browser") -> Iterator[Open]:
    """Opens a page offline; at the end nothing may have been asked of a network or gone wrong."""
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    wrong: list[str] = []

    def check(request: "playwright.Request") -> None:
        if not request.url.startswith(("file:", "blob:", "data:")):
            wrong.append(request.url)

    def open_it(path: Path, *scripts: str) -> "playwright.Page":
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", check)
        for script in (LOOK, *scripts):
            page.add_init_script(script)
        page.goto(path.as_uri())
        _until(page, "document.getElementById('video').readyState >= 2 || !at('broken').hidden")
        return page

    yield open_it
    context.close()
    assert wrong == []


def _until(page: "playwright.Page", condition: str) -> None:
    """Wait. (Playwright's own way needs `eval`, which the page forbids.)"""
    for _ in range(250):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise TimeoutError(f"{condition} did not come true, {page.evaluate('seen()')}")


def _wait_for(page: "playwright.Page", frame: int) -> None:
    """Until the video shows the frame and the page knows."""
    _until(page, f"String(seen()) === '{frame},{frame}'")


def _colour_at(page: "playwright.Page", x: float, y: float) -> tuple[int, ...]:
    return tuple(page.evaluate(f"inkAt({x}, {y})"))


def _right_edge(frame: int) -> tuple[float, float]:
    """A point on the right edge of track 3."""
    _, top, right, bottom = objects_of(frame).box[0]
    return right, (top + bottom) / 2


def test_boxes_lie_over_the_playing_video(made: Path, open_page: Open) -> None:
    page = open_page(made)
    page.get_by_role("button", name="Play").click()
    _until(page, "document.getElementById('stage').dataset.frame > 9")
    page.get_by_role("button", name="Pause").click()
    _until(page, "document.getElementById('video').paused")
    page.wait_for_timeout(100)
    number, frame = page.evaluate("seen()")
    assert number == frame > 9
    assert _colour_at(page, *_right_edge(frame)) == (*colour_of(3), 255)
    assert _colour_at(page, WIDTH / 2, HEIGHT / 2)[3] == 0
    assert f"frame {FIRST_FRAME + frame + 1} " in page.locator("#readout").inner_text()


def test_while_it_plays_the_boxes_are_those_of_the_frame_on_the_screen(
    made: Path, open_page: Open
) -> None:
    page = open_page(made)
    pairs = page.evaluate(
        """() => new Promise((resolve) => {
          const video = document.getElementById("video"), pairs = [];
          const look = () => {
            setTimeout(() => pairs.push(seen()), 0);
            video.requestVideoFrameCallback(look);
          };
          video.requestVideoFrameCallback(look);
          video.addEventListener("ended", () => resolve(pairs));
          document.getElementById("play").click();
        })"""
    )
    assert len(pairs) > NUM_FRAMES / 2
    assert [number for number, _ in pairs] == [frame for _, frame in pairs]


@pytest.mark.parametrize("script", ["", NO_FRAME_CALLBACKS], ids=["exact", "by the clock"])
def test_each_frame_can_be_reached(made: Path, open_page: Open, script: str) -> None:
    page = open_page(made, script)
    for frame in (1, 39, 38, 17, 0, 26):
        page.locator("#seek").fill(str(frame))
        _wait_for(page, frame)
        assert _colour_at(page, *_right_edge(frame)) == (*colour_of(3), 255)


def test_a_click_on_a_track_jumps_to_its_beginning_and_shows_it_alone(
    made: Path, open_page: Open
) -> None:
    page = open_page(made)
    line = page.get_by_role("button", name="Track 8, from")
    line.click()
    _wait_for(page, 25)
    assert line.get_attribute("aria-pressed") == "true"
    assert _colour_at(page, *_right_edge(25))[3] < 128  # the other track is faint
    page.keyboard.press("Escape")
    assert line.get_attribute("aria-pressed") == "false"
    assert _colour_at(page, *_right_edge(25))[3] == 255


def test_a_click_on_a_moment_jumps_there(made: Path, open_page: Open) -> None:
    page = open_page(made)
    moment = page.locator(".moment").first
    assert "inside the picture" in moment.inner_text()
    moment.click()
    _wait_for(page, int(moment.get_attribute("data-frame")))
    assert "current" in moment.get_attribute("class")


def test_keys_play_step_and_walk_through_the_list(made: Path, open_page: Open) -> None:
    page = open_page(made)
    page.keyboard.press("ArrowRight")
    _wait_for(page, 1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    _wait_for(page, 3)
    page.keyboard.press("ArrowLeft")
    _wait_for(page, 2)
    page.keyboard.press("Shift+ArrowRight")  # from 0.12 s to the frame at 1.12 s
    _wait_for(page, 14)
    page.keyboard.press("n")
    _wait_for(page, int(page.locator(".moment").first.get_attribute("data-frame")))
    page.keyboard.press("Space")
    _until(page, "!document.getElementById('video').paused")
    page.keyboard.press("Space")
    _until(page, "document.getElementById('video').paused")


def test_space_presses_the_button_that_has_the_focus(made: Path, open_page: Open) -> None:
    page = open_page(made)
    page.get_by_role("button", name="Track 8, from").focus()
    page.keyboard.press("Space")
    _wait_for(page, 25)
    assert page.evaluate("document.getElementById('video').paused")


def test_boxes_can_be_hidden(made: Path, open_page: Open) -> None:
    page = open_page(made)
    page.get_by_label("boxes", exact=True).uncheck()
    assert _colour_at(page, *_right_edge(0))[3] == 0


def test_a_click_in_the_line_of_time_goes_there(made: Path, open_page: Open) -> None:
    page = open_page(made)
    lane = page.locator("#strip")
    lane.click(position={"x": lane.bounding_box()["width"] * 30.5 / NUM_FRAMES, "y": 25})
    _wait_for(page, 30)


def test_a_film_beside_the_page_plays_too(
    tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "LARGEST_INSIDE", 0)
    make_page(tmp_path, Told(title="a"))
    page = open_page(tmp_path / "report.html")
    page.locator("#seek").fill("31")
    _until(page, "document.getElementById('stage').dataset.frame === '31'")


def test_without_its_film_the_page_says_so_and_shows_the_boxes(
    made: Path, tmp_path: Path, open_page: Open
) -> None:
    text = re.sub(r'(id="film">)[^<]+', r"\1AAAA", made.read_text())
    broken = tmp_path / "broken.html"
    broken.write_text(text)
    page = open_page(broken)
    assert page.get_by_text("This browser cannot play the film").is_visible()
    page.keyboard.press("ArrowRight")
    assert _colour_at(page, *_right_edge(1)) == (*colour_of(3), 255)


def test_a_telephone_shows_all_of_it(made: Path, open_page: Open) -> None:
    page = open_page(made)
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.wait_for_timeout(100)
    assert _colour_at(page, *_right_edge(0)) == (*colour_of(3), 255)
