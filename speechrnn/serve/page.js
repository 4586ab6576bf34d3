// The page: what it holds, asks the server, takes in, and does at a key.
"use strict";
const at = id => document.getElementById(id);
const ui = Object.fromEntries(["model", "key", "record", "open", "play", "copy", "file", "status", "scroll", "wave",
  "live", "words", "kind", "warnings"].map(id => [id, at(id)]));
const HEIGHT = 220, WAVE = 132, PIXELS_PER_SECOND = 90, WIDEST = 16000, CHUNK = 2048, SHOWN_SECONDS = 10;
const WELCOME = "Record something, or drop a sound file anywhere on this page.";
let context = null, buffer = null, answer = null, key = "", recording = null, playing = null, current = -1, job = 0;

function say(text, fault = false) {
  ui.status.textContent = text;
  ui.status.classList.toggle("fault", fault);
}

// ---- the server

function headers() { return key ? {Authorization: `Bearer ${key}`} : {}; }

async function failure(response) {
  const known = await response.json().catch(() => null);
  const reason = known?.error?.message ?? `the server answered ${response.status}`;
  const error = new Error(reason.replace(/^file: /, ""));  // it is shown beside the file's own name
  error.code = known?.error?.code ?? null;
  return error;
}

async function greet() {
  const response = await fetch("/v1/models", {headers: headers()}).catch(() => null);
  ui.key.hidden = response?.status !== 401;
  if (!response?.ok) {
    if (response?.status === 401 && !key) say("This server asks for a key.");
    else say(response ? (await failure(response)).message : "The server does not answer.", true);
    return;
  }
  const [model] = (await response.json()).data;
  ui.model.textContent = model.language ? `${model.id} · ${model.language}` : model.id;
  if (!job) say(WELCOME);  // nobody was faster
}

async function transcribe(blob, name) {
  const form = new FormData();
  form.append("file", blob, name);
  form.append("model", "whisper-1");
  form.append("response_format", "verbose_json");
  for (const one of ["word", "segment"]) form.append("timestamp_granularities[]", one);
  const response = await fetch("/v1/audio/transcriptions", {method: "POST", body: form, headers: headers()});
  if (!response.ok) throw await failure(response);
  return response.json();
}

// ---- recordings and files

function forget() {
  silence();
  buffer = answer = null;
  current = -1;
  ui.words.replaceChildren();
  ui.warnings.replaceChildren();
  ui.kind.textContent = ui.live.textContent = "";
  ui.live.hidden = true;
  ui.play.disabled = ui.copy.disabled = true;
  draw();
}

async function take(blob, name) {
  if (recording) await stop(false);
  const mine = ++job;
  forget();
  say(`Transcribing ${name}…`);
  const sound = await blob.arrayBuffer().then(bytes => audio().decodeAudioData(bytes)).catch(() => null);
  if (mine !== job) return;
  buffer = sound;
  ui.play.disabled = !sound;
  draw();
  let found, unread = null;
  try {
    found = await transcribe(blob, name).catch(error => {
      // What this browser can read and the server cannot goes there as WAV; it may be less than the file should hold.
      if (error.code !== "invalid_audio" || !sound) throw error;
      unread = error.message;
      return transcribe(wav(mono(sound), sound.sampleRate), "sound.wav");
    });
  } catch (error) {
    if (mine === job) say(`${name}: ${error.message}`, true);
    return;
  }
  if (mine === job) present(found, name, unread);
}

function present(found, name, unread) {
  answer = found;
  const warnings = [...(unread ? [`read by this browser, since the server could not: ${unread}`] : []), ...(found.warnings ?? [])];
  ui.warnings.replaceChildren(...warnings.map(warning => {
    const item = document.createElement("li");
    item.textContent = warning;
    return item;
  }));
  answer.words ??= [];
  showWords();
  ui.live.hidden = true;
  ui.copy.disabled = !answer.words.length;
  ui.kind.textContent = answer.words.length ? `Confidence: ${answer.probability_kind}` : "";
  const count = answer.words.length, nothing = answer.rejected_utterance ? "rejected, not in the grammar" : "no words heard";
  say(`${name}: ${count ? `${count} ${count === 1 ? "word" : "words"}` : nothing} in ${answer.duration.toFixed(1)} s`
    + (buffer ? "" : "; this browser cannot play the format"));
  ui.wave.ariaLabel = `Waveform of ${answer.duration.toFixed(1)} seconds with ${count} words`;
  draw();
}

const RECORDER = `registerProcessor("recorder", class extends AudioWorkletProcessor {
  constructor() { super(); this.held = new Float32Array(${CHUNK}); this.count = 0; }
  process([[heard]]) {
    for (const one of heard ?? []) {
      this.held[this.count++] = one;
      if (this.count === ${CHUNK}) { this.port.postMessage(this.held.slice()); this.count = 0; }
    }
    return true;
  }
});`;

function listen(rate) {
  const address = new URL(`/v1/audio/stream?sample_rate=${rate}`, location.href.replace(/^http/, "ws"));
  const offered = btoa(key).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const socket = new WebSocket(address, key ? ["speechrnn", `key.${offered}`] : ["speechrnn"]);
  const said = document.createElement("span"), saying = document.createElement("span");
  saying.className = "partial";
  ui.live.replaceChildren(said, saying);
  ui.live.hidden = false;
  socket.onmessage = ({data}) => {
    const message = JSON.parse(data);
    if (message.type === "final") said.textContent += `${message.text} `;
    if (message.type === "partial") saying.textContent = message.text;
    if (message.type === "error") saying.textContent = `(${message.error.message})`;
  };
  return socket;
}

async function record() {
  if (!navigator.mediaDevices?.getUserMedia) {
    say("The microphone needs https or localhost; a file can be dropped here all the same.", true);
    return;
  }
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({audio: {channelCount: 1, echoCancellation: false, noiseSuppression: false}});
  } catch (error) {
    say(`No microphone: ${error.message}`, true);
    return;
  }
  try {
    await begin(stream);
  } finally {
    if (recording?.stream !== stream) mute(stream);
  }
}

function mute(stream) { for (const track of stream.getTracks()) track.stop(); }

async function begin(stream) {
  job++;
  forget();
  const module = URL.createObjectURL(new Blob([RECORDER], {type: "text/javascript"}));
  await audio().audioWorklet.addModule(module).finally(() => URL.revokeObjectURL(module));
  await audio().resume();
  const source = new MediaStreamAudioSourceNode(audio(), {mediaStream: stream});
  const node = new AudioWorkletNode(audio(), "recorder", {numberOfOutputs: 0});
  const rate = audio().sampleRate, chunks = [], socket = listen(rate);
  let unsent = [];
  node.port.onmessage = ({data}) => {
    chunks.push(data);
    unsent.push(data);
    if (socket.readyState === WebSocket.OPEN) {
      for (const one of unsent) socket.send(pcm16(one));
      unsent = [];
    } else if (socket.readyState > WebSocket.OPEN) unsent = [];
    say(`Listening, ${recording.seconds().toFixed(1)} s`);
    draw();
  };
  const heard = (last = chunks.length) => {
    const wanted = chunks.slice(-last), joined = new Float32Array(wanted.length * CHUNK);
    wanted.forEach((one, i) => joined.set(one, i * CHUNK));
    return joined;
  };
  recording = {
    stream,
    seconds: () => chunks.length * CHUNK / rate,
    recent: () => heard(Math.ceil(SHOWN_SECONDS * rate / CHUNK)),
    end: () => {
      node.port.onmessage = null;
      source.disconnect();
      mute(stream);
      socket.close();
      return wav(heard(), rate);
    },
  };
  source.connect(node);
  ui.record.ariaPressed = "true";
  ui.record.textContent = "Stop";
  say("Listening…");
}

async function stop(wanted = true) {
  const before = recording, length = before.seconds();
  recording = null;
  ui.record.ariaPressed = "false";
  ui.record.textContent = "Record";
  const sound = before.end();
  if (wanted && length) await take(sound, "recording.wav");
}

let starting = false;

async function toggle() {
  if (starting) return;
  starting = true;
  try { await (recording ? stop() : record()); } catch (error) { say(error.message, true); }
  starting = false;
}

// ---- keys, mouse, files

ui.record.addEventListener("click", toggle);
ui.open.addEventListener("click", () => ui.file.click());
ui.file.addEventListener("change", () => {
  const [file] = ui.file.files;
  if (file) take(file, file.name);
  ui.file.value = "";
});
ui.play.addEventListener("click", () => playing ? silence() : play(0, buffer.duration));
ui.copy.addEventListener("click", async () => {
  await navigator.clipboard.writeText(answer.text).then(() => say("Copied."), error => say(`Not copied: ${error.message}`, true));
});
ui.wave.addEventListener("click", event => {
  if (!answer) return;
  const when = event.offsetX / ui.wave.clientWidth * seconds();
  const i = answer.words.findIndex(word => word.start <= when && when <= word.end);
  if (i >= 0) playWord(i);
});
ui.key.addEventListener("submit", event => {
  event.preventDefault();
  key = at("key-text").value;
  greet();
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input")) return;
  const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const onButton = event.target.matches("button");
  const actions = {
    r: toggle, o: () => ui.file.click(), Escape: silence,
    ArrowRight: () => step(1), ArrowLeft: () => step(-1),
    " ": onButton || ui.play.disabled ? null : () => ui.play.click(),
  };
  if (!actions[name] || event.repeat) return;
  event.preventDefault();
  actions[name]();
});
for (const name of ["dragenter", "dragover"]) document.addEventListener(name, event => {
  event.preventDefault();
  document.body.classList.add("drop");
});
document.addEventListener("dragleave", event => { if (!event.relatedTarget) document.body.classList.remove("drop"); });
document.addEventListener("drop", event => {
  event.preventDefault();
  document.body.classList.remove("drop");
  const [file] = event.dataTransfer.files;
  if (file) take(file, file.name);
});
addEventListener("resize", () => draw());
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw());
greet();
