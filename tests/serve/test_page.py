"""The page: nothing in it goes anywhere else; and in headless Chromium, where there is one, it does what it says."""

import base64
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from speechrnn.audio import Audio
from speechrnn.serve.page import load_page
from speechrnn.transcription.door import load
from tests.serve.conftest import Wav
from tests.serve.serving import Running, running
from tests.tiny_bundle import noise

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
Opened = Callable[..., "Page"]


def test_the_page_names_no_address_but_its_own_server() -> None:
    content = load_page().content
    assert set(re.findall(r"\w+://[^\s'\"`>)]*", content)) == {"http://www.w3.org/2000/svg"}  # a name, not fetched
    assert not re.search(r"\ssrc=|@import|url\(|\son\w+=|\sstyle=", content)


def test_the_policy_lets_only_the_pages_own_script_and_style_run() -> None:
    page = load_page()
    rules = dict(rule.split(" ", 1) for rule in page.policy.split("; "))
    assert (rules["default-src"], rules["connect-src"], rules["frame-ancestors"]) == ("'none'", "'self'", "'none'")
    for kind, rest in (("script", " blob:"), ("style", "")):
        (inline,) = re.findall(rf"<{kind}>(.+?)</{kind}>", page.content, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'{rest}"
    assert "unsafe" not in page.policy


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a recording in which the tiny model hears words; the fake microphone plays it too."""
    import soundfile

    path = tmp_path_factory.mktemp("page") / "noise.wav"
    soundfile.write(path, noise(3.0).samples, 8000, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def browser(sound: Path) -> Iterator["Browser"]:
    """Give a Chromium with a microphone that hears the recording."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    with api.sync_playwright() as playwright:
        program = program or playwright.chromium.executable_path
        if not Path(program).exists():
            pytest.skip(f"no Chromium on this machine (looked for {', '.join(NAMES)})")
        options = [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-audio-capture={sound}",
        ]
        # Chromium's sandbox refuses to run as root, which containers are.
        rootless = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        with playwright.chromium.launch(executable_path=program, args=[*options, *rootless]) as launched:
            yield launched


@pytest.fixture
def opened(browser: "Browser", server: Running) -> Iterator[Opened]:
    """Open the page; afterwards, nothing may have gone wrong in it or have gone elsewhere."""
    wrong: list[str] = []
    asked: list[str] = []
    contexts = []

    def open_page(at: Running = server, **options: Any) -> "Page":
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        # A refusal is shown by the page, and Chromium logs it as well.
        page.on("console", lambda said: wrong.append(said.text) if "Failed to load resource" not in said.text else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(at.url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert (wrong, [url for url in asked if not url.startswith(("http://127.0.0.1:", "blob:", "data:"))]) == ([], [])


def words_of(page: "Page") -> list[str]:
    page.wait_for_selector("#words button")
    return page.eval_on_selector_all("#words button", "all => all.map(one => one.firstChild.textContent)")


PIXELS = """id => {
    const canvas = document.getElementById(id);
    return new Set(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data).size;
}"""


def test_a_file_shows_its_words_times_and_waveform(opened: Opened, tiny: Path, sound: Path) -> None:
    page = opened()
    page.set_input_files("#file", sound)
    heard = load(tiny).transcribe(sound)
    assert words_of(page) == [word.text for word in heard.words] != []
    first = page.inner_text("#words li:first-child small")
    assert first.startswith(f"{heard.words[0].start_seconds:.2f}–{heard.words[0].end_seconds:.2f} s · ")
    assert page.inner_text("#status") == f"noise.wav: {len(heard.words)} words in 3.0 s"
    assert page.inner_text("#model") == "tiny"
    assert page.evaluate(PIXELS, "wave") > 20


def test_a_word_is_heard_by_click_on_it_or_on_the_waveform_and_by_keys(opened: Opened, sound: Path) -> None:
    page = opened()
    page.set_input_files("#file", sound)
    count, place = len(words_of(page)), "() => playing && [playing.start, playing.end]"
    times = page.evaluate("() => answer.words.map(word => [word.start, word.end])")
    page.click("#words li:nth-child(2) button")
    assert page.evaluate(place) == times[1]
    page.keyboard.press("Escape")
    assert page.evaluate(place) is None
    middle = sum(times[2]) / 2 / 3.0
    box = page.locator("#wave").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + middle * box["width"], box["y"] + 60)
    assert page.evaluate(place) == times[2]
    page.keyboard.press("ArrowRight")
    assert page.evaluate(place) == times[3]
    assert page.evaluate("() => document.activeElement.firstChild.textContent") == words_of(page)[3]
    for _ in range(count):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate(place) == times[0]
    page.wait_for_function("() => playing === null")  # it ends by itself
    page.evaluate("() => document.activeElement.blur()")
    page.keyboard.press(" ")
    assert page.evaluate(place) == [0, 3.0]


def test_what_is_said_shows_while_it_is_and_its_words_afterwards(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("r")
    page.wait_for_function("() => document.getElementById('live').textContent.trim()")
    assert page.get_attribute("#record", "aria-pressed") == "true"
    assert page.inner_text("#status").startswith("Listening")
    page.keyboard.press("r")
    assert words_of(page)
    assert page.get_attribute("#record", "aria-pressed") == "false"
    assert page.inner_text("#status").startswith("recording.wav: ")


FAILING = """part => {
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async wanted => window.given = await ask(wanted);
    const fail = () => { throw new Error("not today"); };
    if (part === "addModule") AudioWorklet.prototype.addModule = async () => fail();
    else window.WebSocket = function () { fail(); };
}"""


@pytest.mark.parametrize("part", ["addModule", "WebSocket"])
def test_a_recording_that_cannot_begin_lets_the_microphone_go(opened: Opened, part: str) -> None:
    page = opened()
    page.evaluate(FAILING, part)
    page.keyboard.press("r")
    page.wait_for_selector("#status.fault")
    assert page.inner_text("#status") == "not today"
    assert page.evaluate("() => given.getTracks().map(track => track.readyState)") == ["ended"]


DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), one => one.charCodeAt(0)), data = new DataTransfer();
    data.items.add(new File([bytes], name));
    document.dispatchEvent(new DragEvent("drop", {dataTransfer: data, cancelable: true}));
}"""


def test_a_file_can_be_dropped_and_a_bad_one_is_named(opened: Opened, wav: Wav) -> None:
    page = opened()
    page.evaluate(DROP, ["notes.wav", base64.b64encode(b"no sound at all").decode()])
    page.wait_for_selector("#status.fault")
    assert page.inner_text("#status").startswith("notes.wav: cannot be decoded")
    page.evaluate(DROP, ["good.wav", base64.b64encode(wav()).decode()])
    assert words_of(page)
    assert page.inner_text("#status").startswith("good.wav: ")


def test_what_is_wrong_with_a_recording_is_shown_until_the_next_one(opened: Opened, wav: Wav) -> None:
    page = opened()

    def drop(name: str, content: bytes) -> None:
        page.evaluate(DROP, [name, base64.b64encode(content).decode()])

    whole = wav(3.0)
    drop("cut.wav", whole[: len(whole) // 2])  # Chromium plays what there is, and the server refuses it
    assert words_of(page)
    (line,) = page.locator("#warnings li").all_inner_texts()
    assert re.fullmatch(r"read by this browser, since the server could not: truncated, \d+ bytes of audio .*", line)
    drop("loud.wav", wav(audio=Audio(np.clip(20 * noise(2.0).samples, -1, 1), 8000)))
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('loud.wav: ')")
    (line,) = page.locator("#warnings li").all_inner_texts()
    assert line.startswith("is clipped (")
    drop("good.wav", wav())
    page.wait_for_function("() => document.getElementById('status').textContent.startsWith('good.wav: ')")
    assert page.locator("#warnings li").count() == 0
    assert page.locator("#warnings").is_hidden()


def test_the_page_is_dark_where_the_user_wants_it_dark(opened: Opened) -> None:
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light, dark = (opened(color_scheme=scheme).evaluate(ground) for scheme in ("light", "dark"))
    assert [min(map(int, re.findall(r"\d+", one))) > 128 for one in (light, dark)] == [True, False]


def test_a_server_with_a_key_asks_for_it(opened: Opened, tiny: Path, sound: Path) -> None:
    with running(tiny, api_key="sesame") as locked:
        page = opened(locked)
        page.fill("#key input", "wrong")
        page.keyboard.press("Enter")
        page.wait_for_selector("#status.fault")
        page.fill("#key input", "sesame")
        page.keyboard.press("Enter")
        page.wait_for_selector("#key", state="hidden")
        page.set_input_files("#file", sound)
        assert words_of(page)
        page.keyboard.press("r")
        page.wait_for_function("() => document.getElementById('live').textContent.trim()")
        page.keyboard.press("r")


ATTACK = """async url => {
    const form = new FormData();
    form.append("file", new Blob(["x"]), "a.wav");
    const sent = await fetch(url + "/v1/audio/transcriptions", {method: "POST", body: form, mode: "no-cors"})
        .then(answer => answer.type, () => "refused");
    const read = await fetch(url + "/v1/models").then(answer => answer.text(), () => "refused");
    const socket = new WebSocket(url.replace("http", "ws") + "/v1/audio/stream");
    const opened = await new Promise(done => {
        socket.onopen = () => done("open");
        socket.onerror = () => done("refused");
    });
    return [sent, read, opened];
}"""


def test_a_foreign_page_in_the_same_browser_gets_nothing(browser: "Browser", server: Running, tiny: Path) -> None:
    with running(tiny) as other, browser.new_context(bypass_csp=True) as context:
        page = context.new_page()
        page.goto(other.url)
        own, _, stream = page.evaluate(ATTACK, other.url)
        assert (own, stream) == ("basic", "open")
        assert page.evaluate(ATTACK, server.url) == ["refused"] * 3
