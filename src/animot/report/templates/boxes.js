const SURE = 50; // per cent
const TRAIL = 50; // frames of a chosen track's path

// Whether white is easier to read on a colour than black.
function isDark(colour) {
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16) / 255);
  return 0.21 * red ** 2.2 + 0.72 * green ** 2.2 + 0.07 * blue ** 2.2 < 0.18;
}

// The boxes of all frames, drawn over the film.
class Boxes {
  constructor(canvas, data) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.width = data.width;
    this.height = data.height;
    this.tracks = data.tracks;
    this.start = unpack(data.start, Uint32Array);
    this.track = unpack(data.track, Uint32Array);
    this.box = unpack(data.box, Int16Array);
    this.confidence = unpack(data.confidence, Uint8Array);
    this.parts = data.pixelParts;
    this.chosen = null; // identity of the one track that is looked at
    this.visible = true;
  }

  // As many pixels as the screen has there.
  fit() {
    const density = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.canvas.clientWidth * density);
    this.canvas.height = Math.round(this.canvas.clientHeight * density);
    this.density = density;
  }

  count(frame) {
    return this.start[frame + 1] - this.start[frame];
  }

  // Left, top, width and height of a box on the canvas.
  place(row) {
    const across = this.canvas.width / (this.width * this.parts);
    const down = this.canvas.height / (this.height * this.parts);
    const [left, top, right, bottom] = this.box.subarray(4 * row, 4 * row + 4);
    return [left * across, top * down, (right - left) * across, (bottom - top) * down];
  }

  draw(frame) {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    if (!this.visible) return;
    if (this.chosen !== null) this.drawTrail(frame);
    for (let row = this.start[frame]; row < this.start[frame + 1]; row++) this.drawBox(row);
  }

  drawBox(row) {
    const { id, colour } = this.tracks[this.track[row]];
    const chosen = id === this.chosen;
    const [left, top, width, height] = this.place(row);
    const pen = this.pen;
    pen.globalAlpha = this.chosen === null || chosen ? 1 : 0.45;
    pen.setLineDash(this.confidence[row] < SURE ? [5 * this.density, 4 * this.density] : []);
    pen.lineWidth = (chosen ? 3 : 2) * this.density;
    pen.strokeStyle = colour;
    pen.strokeRect(left, top, width, height);
    this.drawName(String(id), colour, left, top);
    pen.globalAlpha = 1;
  }

  // The identity on a patch of its colour, above the box where there is room.
  drawName(name, colour, left, top) {
    const pen = this.pen;
    const size = 12 * this.density;
    pen.font = `600 ${size}px system-ui, sans-serif`;
    const width = pen.measureText(name).width + 0.6 * size;
    const height = 1.3 * size;
    const x = Math.min(Math.max(0, left), this.canvas.width - width);
    const y = top >= height ? top - height : Math.max(0, top);
    pen.fillStyle = colour;
    pen.fillRect(x, y, width, height);
    pen.fillStyle = isDark(colour) ? "#fff" : "#000";
    pen.fillText(name, x + 0.3 * size, y + size);
  }

  // Where the chosen track has been.
  drawTrail(frame) {
    const pen = this.pen;
    pen.setLineDash([]);
    pen.lineWidth = 2 * this.density;
    pen.beginPath();
    for (let past = Math.max(0, frame - TRAIL); past <= frame; past++) {
      for (let row = this.start[past]; row < this.start[past + 1]; row++) {
        const { id, colour } = this.tracks[this.track[row]];
        if (id !== this.chosen) continue;
        const [left, top, width, height] = this.place(row);
        pen.strokeStyle = colour;
        pen.lineTo(left + width / 2, top + height / 2);
      }
    }
    pen.stroke();
  }
}
