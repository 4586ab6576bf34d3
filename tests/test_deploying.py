"""The programs on the page on deploying read a recording with an exported model."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import onnxruntime
import pytest
import soundfile

from speechrnn.bundle.deploy import export_model
from speechrnn.bundle.target import Target
from tests.deployable import deployable, in_words, written

PAGE = Path(__file__).parents[1] / "docs" / "deploying.md"


HEADERS = os.environ.get("SPEECHRNN_ONNXRUNTIME_INCLUDE", "")
LIBRARIES = sorted((Path(onnxruntime.__file__).parent / "capi").glob("libonnxruntime.so.*"))


def shown(language: str) -> str:
    blocks = re.findall(rf"^```{language}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    return str(blocks[0])


def exported(folder: Path, target: Target, words: bool) -> str:
    """Write `m.onnx` and `a.wav`; give what the model reads in it."""
    given = deployable()
    model = written(folder / "m.srnn", in_words(given) if words else given)
    first = export_model(model, target, folder / "m.onnx").tests[0]
    audio = model.self_tests()[0].audio
    assert audio is not None
    soundfile.write(folder / "a.wav", audio.samples, audio.sample_rate_hz, subtype="PCM_16")
    assert first.text
    return first.text


@pytest.mark.parametrize(("target", "words"), [(Target.ONNX, False), (Target.ONNX_INT8, True)])
def test_the_python_on_the_page_reads_what_the_model_reads(tmp_path: Path, target: Target, words: bool) -> None:
    text = exported(tmp_path, target, words)
    command = [sys.executable, "-c", shown("python"), str(tmp_path / "m.onnx"), str(tmp_path / "a.wav")]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert (done.stdout.split(), done.stderr) == (text.split(), "")


@pytest.mark.skipif(not HEADERS, reason="SPEECHRNN_ONNXRUNTIME_INCLUDE names no folder with onnxruntime's C++ headers")
@pytest.mark.skipif(not LIBRARIES, reason="this onnxruntime package has no library of its own to link with")
@pytest.mark.skipif(shutil.which("g++") is None, reason="no g++ here")
@pytest.mark.parametrize("words", [False, True])
def test_the_cpp_on_the_page_reads_what_the_model_reads(tmp_path: Path, words: bool) -> None:
    text = exported(tmp_path, Target.ONNX, words)
    (tmp_path / "libonnxruntime.so.1").symlink_to(LIBRARIES[0])
    (tmp_path / "read.cpp").write_text(shown("cpp"), encoding="utf-8")
    build = ["g++", "-std=c++17", "-Wall", "-Werror", "-isystem", HEADERS, "read.cpp", "-o", "read"]
    link = ["libonnxruntime.so.1", f"-Wl,-rpath,{tmp_path}"]
    built = subprocess.run([*build, *link], cwd=tmp_path, capture_output=True, check=False, encoding="utf-8")
    assert (built.returncode, built.stderr) == (0, "")
    command = [str(tmp_path / "read"), str(tmp_path / "m.onnx"), str(tmp_path / "a.wav")]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert (done.stdout.split(), done.stderr) == (text.split(), "")
