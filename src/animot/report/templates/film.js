"use strict";

// Numbers packed in base64 as a typed array.
function unpack(text, Kind) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Kind(bytes.buffer);
}

// The film, and which of its frames is on the screen.
class Film {
  // milliseconds: time of each frame; onFrame: called with the frame that has come to the screen.
  constructor(video, milliseconds, onFrame) {
    this.video = video;
    this.milliseconds = milliseconds;
    this.onFrame = onFrame;
    this.frame = 0;
    this.target = null; // where the last seek goes or went, until the film plays on
    this.broken = false;
    video.addEventListener("play", () => (this.target = null));
    this.follow();
  }

  get length() {
    return this.milliseconds.length;
  }

  // Where the browser says which frame it shows, boxes fit it exactly; else they follow the clock.
  follow() {
    if ("requestVideoFrameCallback" in HTMLVideoElement.prototype) {
      const next = (_, shown) => {
        this.shows(this.frameAt(shown.mediaTime));
        this.video.requestVideoFrameCallback(next);
      };
      this.video.requestVideoFrameCallback(next);
      return;
    }
    const look = () => {
      if (!this.video.seeking) this.shows(this.frameAt(this.video.currentTime));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }

  // The last frame that begins at or before a time in seconds, with half a millisecond to spare.
  frameAt(seconds) {
    const wanted = 1000 * seconds + 0.5;
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.milliseconds[middle] <= wanted) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // The first frame no less than so many seconds away.
  frameAfter(frame, seconds) {
    return this.frameAt(Math.max(0, this.milliseconds[frame] / 1000 + seconds));
  }

  shows(frame) {
    if (frame === this.frame) return;
    this.frame = frame;
    this.onFrame(frame);
  }

  // Go to a frame and stay there.
  seek(frame) {
    this.video.pause();
    const wanted = Math.max(0, Math.min(this.length - 1, frame));
    if (this.broken) {
      this.shows(wanted);
      return;
    }
    this.target = wanted;
    const begin = this.milliseconds[wanted];
    const end = wanted + 1 < this.length ? this.milliseconds[wanted + 1] : begin + 2;
    this.video.currentTime = (begin + end) / 2000; // its middle, as times are rounded
  }

  // Go some frames on from where we are, or are about to be.
  step(frames) {
    this.seek((this.target ?? this.frame) + frames);
  }

  toggle() {
    if (this.broken) return;
    if (this.video.paused) this.video.play().catch(() => {});
    else this.video.pause();
  }
}
