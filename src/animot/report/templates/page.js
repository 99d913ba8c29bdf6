const at = (id) => document.getElementById(id);
const data = JSON.parse(at("data").textContent);
const video = at("video");
const stage = at("stage");
const boxes = new Boxes(at("canvas"), data);
const film = new Film(video, unpack(data.milliseconds, Uint32Array), show);
const moments = [...document.querySelectorAll(".moment")];
let current = -1; // position in the list of moments

// Minutes and seconds, with hours where there are some.
function clock(seconds) {
  const tenths = Math.round(10 * seconds);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

// All that changes with the frame on the screen.
function show(frame) {
  boxes.draw(frame);
  const time = clock(data.firstSecond + film.milliseconds[frame] / 1000);
  const count = boxes.count(frame);
  at("readout").textContent =
    `frame ${data.firstFrame + frame + 1} · ${time} · ${count} ${count === 1 ? "object" : "objects"}`;
  at("seek").value = frame;
  at("seek").setAttribute("aria-valuetext", `frame ${data.firstFrame + frame + 1}, ${time}`);
  at("timeline").style.setProperty("--at", (frame + 0.5) / film.length);
  stage.dataset.frame = frame;
}

// Look at one track, or at all of them.
function choose(track) {
  boxes.chosen = track;
  for (const item of document.querySelectorAll("[data-track]")) {
    const chosen = Number(item.dataset.track) === track;
    item.classList.toggle("chosen", chosen);
    item.setAttribute("aria-pressed", chosen);
  }
  boxes.draw(film.frame);
}

// Bring a track's line into view, without moving the page.
function scrollTo(track) {
  const line = document.querySelector(`.track[data-track="${track}"]`);
  if (!line) return; // not among the longest
  const room = at("scroll");
  room.scrollTop = line.offsetTop - room.clientHeight / 2;
}

function jump(item) {
  current = moments.includes(item) ? moments.indexOf(item) : current;
  for (const moment of moments) moment.classList.toggle("current", moment === item);
  choose(Number(item.dataset.track));
  if (item.classList.contains("moment")) scrollTo(item.dataset.track);
  film.seek(Number(item.dataset.frame));
}

// The next moment to check, or the one before.
function walk(by) {
  if (moments.length === 0) return;
  const next = Math.max(0, Math.min(moments.length - 1, current + by));
  jump(moments[next]);
  moments[next].scrollIntoView({ block: "nearest" });
}

const KEYS = {
  " ": () => film.toggle(),
  ArrowLeft: (event) => (event.shiftKey ? leap(-1) : film.step(-1)),
  ArrowRight: (event) => (event.shiftKey ? leap(1) : film.step(1)),
  n: () => walk(1),
  p: () => walk(-1),
  Escape: () => choose(null),
};

function leap(seconds) {
  film.seek(film.frameAfter(film.target ?? film.frame, seconds));
}

document.addEventListener("keydown", (event) => {
  const control = event.target.closest("input, select, button, summary, a");
  // Space and arrows keep their meaning where a control has the focus.
  if (event.ctrlKey || event.altKey || event.metaKey || !(event.key in KEYS)) return;
  if (control && event.key === " ") return;
  if (control?.matches("input[type=range], select") && event.key.startsWith("Arrow")) return;
  event.preventDefault();
  KEYS[event.key](event);
});

document.addEventListener("click", (event) => {
  const item = event.target.closest("button[data-track]");
  if (!item) return;
  jump(item);
  // After a click with the mouse, keys are for the video; who tabs stays in the list.
  if (event.detail > 0) {
    stage.focus({ preventScroll: true });
    stage.scrollIntoView({ block: "nearest" });
  }
});

at("strip").addEventListener("click", (event) => {
  const lane = at("strip").getBoundingClientRect();
  film.seek(Math.floor(((event.clientX - lane.left) / lane.width) * film.length));
});
at("seek").addEventListener("input", () => film.seek(Number(at("seek").value)));
at("play").addEventListener("click", () => film.toggle());
at("back").addEventListener("click", () => film.step(-1));
at("forth").addEventListener("click", () => film.step(1));
at("speed").addEventListener("change", () => (video.playbackRate = Number(at("speed").value)));
at("boxes").addEventListener("change", () => {
  boxes.visible = at("boxes").checked;
  boxes.draw(film.frame);
});
stage.addEventListener("click", (event) => {
  if (event.target !== at("broken")) film.toggle();
});
video.addEventListener("play", () => (at("play").textContent = "Pause"));
video.addEventListener("pause", () => (at("play").textContent = "Play"));
video.addEventListener("error", () => {
  film.broken = true;
  at("broken").hidden = false;
});

new ResizeObserver(() => {
  boxes.fit();
  boxes.draw(film.frame);
}).observe(stage);
if (at("film")) {
  const bytes = unpack(at("film").textContent, Uint8Array);
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
}
boxes.fit();
show(0);
