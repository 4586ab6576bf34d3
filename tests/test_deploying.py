"""The Python on the page on deploying reads a recording with an exported model."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from speechrnn.bundle.deploy import export_model
from speechrnn.bundle.target import Target
from tests.deployable import deployable, in_words, written

PAGE = Path(__file__).parents[1] / "docs" / "deploying.md"


def shown() -> str:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    return str(blocks[0])


@pytest.mark.parametrize(("target", "words"), [(Target.ONNX, False), (Target.ONNX_INT8, True)])
def test_the_python_on_the_page_reads_what_the_model_reads(tmp_path: Path, target: Target, words: bool) -> None:
    given = deployable()
    model = written(tmp_path / "m.srnn", in_words(given) if words else given)
    first = export_model(model, target, tmp_path / "m.onnx").tests[0]
    audio = model.self_tests()[0].audio
    assert audio is not None
    soundfile.write(tmp_path / "a.wav", audio.samples, audio.sample_rate_hz, subtype="PCM_16")
    command = [sys.executable, "-c", shown(), str(tmp_path / "m.onnx"), str(tmp_path / "a.wav")]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    assert (done.stdout.split(), done.stderr) == (first.text.split(), "")
    assert first.text
