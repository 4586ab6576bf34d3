// What is shown: words as a list, and over the waveform.
"use strict";

function level(probability) { return probability >= .9 ? "sure" : probability >= .6 ? "fair" : "unsure"; }

function percent(probability) { return `${Math.round(100 * probability)} %`; }

function shown(word) { return word.rejected ? `${word.word}?` : word.word; }

function showWords() {
  ui.words.replaceChildren(...answer.words.map((word, i) => {
    const item = document.createElement("li"), button = document.createElement("button"), small = document.createElement("small");
    button.type = "button";
    button.className = level(word.probability);
    button.tabIndex = i ? -1 : 0;
    small.textContent = `${word.start.toFixed(2)}–${word.end.toFixed(2)} s · ${percent(word.probability)}`;
    button.append(shown(word), small);
    button.ariaLabel = `${word.word}, ${word.start.toFixed(2)} to ${word.end.toFixed(2)} seconds, `
      + `${word.rejected ? "rejected, " : ""}${percent(word.probability)}`;
    button.addEventListener("click", () => playWord(i));
    button.addEventListener("focus", () => { current = i; draw(); });
    item.append(button);
    return item;
  }));
}

function step(by) {
  const buttons = [...ui.words.querySelectorAll("button")];
  if (!buttons.length) return;
  const next = Math.max(0, Math.min(buttons.length - 1, current + by));
  for (const one of buttons) one.tabIndex = -1;
  buttons[next].tabIndex = 0;
  buttons[next].focus();
  playWord(next);
}

function seconds() { return buffer?.duration ?? answer?.duration ?? recording?.seconds() ?? 0; }

function tick(width, length) {
  return [.1, .2, .5, 1, 2, 5, 10, 30, 60, 300, 600].find(one => one * width / length >= 55) ?? 1800;
}

let peaks = {of: null, width: 0, low: [], high: []};

function measure(samples, width) {
  if (peaks.of === samples && peaks.width === width) return;
  peaks = {of: samples, width, low: new Float32Array(width), high: new Float32Array(width)};
  for (let x = 0; x < width; x++) {
    const last = Math.floor((x + 1) * samples.length / width);
    let low = 0, high = 0;
    for (let i = Math.floor(x * samples.length / width); i < last; i++) {
      if (samples[i] < low) low = samples[i]; else if (samples[i] > high) high = samples[i];
    }
    peaks.low[x] = low;
    peaks.high[x] = high;
  }
}

function draw(now = null) {
  const length = seconds();
  ui.scroll.hidden = !length;
  if (!length) return;
  const room = ui.scroll.clientWidth;
  const width = Math.round(recording ? room : Math.min(WIDEST, Math.max(room, PIXELS_PER_SECOND * length)));
  const ratio = Math.min(devicePixelRatio || 1, 32000 / width);
  if (ui.wave.width !== Math.round(width * ratio)) {
    ui.wave.width = Math.round(width * ratio);
    ui.wave.height = Math.round(HEIGHT * ratio);
    ui.wave.style.width = `${width}px`;
  }
  const pen = ui.wave.getContext("2d"), style = getComputedStyle(document.documentElement);
  const color = name => style.getPropertyValue(`--${name}`).trim();
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, HEIGHT);
  pen.font = "11px system-ui, sans-serif";
  pen.textAlign = "left";
  pen.fillStyle = color("soft");
  const every = tick(width, length);
  for (let k = 0; k * every < length && !recording; k++) {
    const x = k * every * width / length;
    pen.fillRect(x, 0, 1, 5);
    pen.fillText(`${+(k * every).toFixed(1)} s`, x + 4, 12);
  }
  drawWords(pen, color, width / length);
  drawWave(pen, color, width);
  if (now !== null) {
    pen.fillStyle = color("ink");
    pen.fillRect(now * width / length, 16, 1.5, WAVE);
  }
}

function drawWave(pen, color, width) {
  const samples = recording ? recording.recent() : buffer && (buffer.mixed ??= mono(buffer));
  if (!samples?.length) return;
  measure(samples, width);
  const scale = (WAVE / 2 - 8) / Math.max(.01, peaks.high.reduce((a, b) => Math.max(a, b), 0), -peaks.low.reduce((a, b) => Math.min(a, b), 0));
  pen.fillStyle = color("wave");
  for (let x = 0; x < width; x++) {
    const top = scale * peaks.high[x], bottom = scale * peaks.low[x];
    pen.fillRect(x, 16 + WAVE / 2 - top, 1, Math.max(1, top - bottom));
  }
}

function drawWords(pen, color, scale) {
  answer?.words.forEach((word, i) => {
    const x = word.start * scale + .5, wide = Math.max(2, (word.end - word.start) * scale - 1), tint = color(level(word.probability));
    pen.globalAlpha = i === current ? .3 : .12;
    pen.fillStyle = tint;
    pen.fillRect(x, 16, wide, WAVE);
    pen.globalAlpha = .25;
    pen.fillRect(x, 196, wide, 6);
    pen.globalAlpha = 1;
    pen.fillRect(x, 196, wide * word.probability, 6);
    pen.textAlign = "center";
    pen.fillStyle = color("ink");
    pen.font = "600 14px system-ui, sans-serif";
    if (pen.measureText(shown(word)).width < wide + 6) pen.fillText(shown(word), x + wide / 2, 172);
    pen.fillStyle = color("soft");
    pen.font = "11px system-ui, sans-serif";
    if (pen.measureText(percent(word.probability)).width < wide + 4) pen.fillText(percent(word.probability), x + wide / 2, 189);
  });
}
