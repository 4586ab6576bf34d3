// Sound: what is read, written and played.
"use strict";

function audio() { return context ??= new AudioContext(); }

function mono(sound) {
  const mixed = new Float32Array(sound.length);
  for (let c = 0; c < sound.numberOfChannels; c++) {
    const channel = sound.getChannelData(c);
    for (let i = 0; i < mixed.length; i++) mixed[i] += channel[i] / sound.numberOfChannels;
  }
  return mixed;
}

function pcm16(samples) {
  const integers = new Int16Array(samples.length);
  for (let i = 0; i < samples.length; i++) integers[i] = 32767 * Math.max(-1, Math.min(1, samples[i]));
  return integers;
}

function wav(samples, rate) {
  const head = new DataView(new ArrayBuffer(44)), bytes = 2 * samples.length;
  const text = (where, letters) => [...letters].forEach((one, i) => head.setUint8(where + i, one.charCodeAt(0)));
  text(0, "RIFF"); head.setUint32(4, 36 + bytes, true); text(8, "WAVEfmt "); head.setUint32(16, 16, true);
  head.setUint16(20, 1, true); head.setUint16(22, 1, true); head.setUint32(24, rate, true);
  head.setUint32(28, 2 * rate, true); head.setUint16(32, 2, true); head.setUint16(34, 16, true);
  text(36, "data"); head.setUint32(40, bytes, true);
  return new Blob([head, pcm16(samples)], {type: "audio/wav"});
}

function silence() {
  if (!playing) return;
  const before = playing;
  playing = null;
  before.source.onended = null;
  before.source.stop();
  ended();
}

function ended() {
  playing = null;
  ui.play.textContent = "Play";
  for (const one of ui.words.querySelectorAll(".playing")) one.classList.remove("playing");
  draw();
}

function play(start, end) {
  silence();
  if (!buffer) return;
  audio().resume();
  const source = new AudioBufferSourceNode(audio(), {buffer});
  source.connect(audio().destination);
  source.onended = ended;
  source.start(0, start, Math.max(.02, end - start));
  playing = {source, start, end, since: audio().currentTime};
  ui.play.textContent = "Stop";
  requestAnimationFrame(follow);
}

function follow() {
  if (!playing) return;
  const now = playing.start + audio().currentTime - playing.since;
  answer?.words.forEach((word, i) => {
    ui.words.children[i]?.firstChild.classList.toggle("playing", word.start <= now && now < word.end);
  });
  draw(Math.min(now, playing.end));
  requestAnimationFrame(follow);
}

function playWord(i) {
  const word = answer.words[i];
  current = i;
  play(word.start, word.end);
  draw();
  const middle = (word.start + word.end) / 2 / seconds() * ui.wave.clientWidth;
  ui.scroll.scrollLeft = middle - ui.scroll.clientWidth / 2;
}
