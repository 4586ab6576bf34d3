import subprocess
import sys

import pytest

from speechrnn.features.torchaudio_compat import NATIVE_PARTS, load_torchaudio, missing_parts

# Beside a torch it was not built for, importing torchaudio raises OSError. A finder that raises it for the compiled
# part brings that about on any machine.
BREAK_TORCHAUDIO = """
import sys
class Broken:
    def find_spec(self, name, path=None, target=None):
        if name == "torchaudio._extension":
            raise OSError("Could not load this library: _torchaudio.so")
sys.meta_path.insert(0, Broken())
"""
REMOVE_TORCHAUDIO = (
    "import sys; sys.modules['torchaudio'] = None; del sys.modules['torchaudio']\n"
    + """
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name == "torchaudio":
            raise ModuleNotFoundError("No module named 'torchaudio'", name="torchaudio")
sys.meta_path.insert(0, Absent())
"""
)


def in_fresh_interpreter(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)


def test_a_second_call_returns_the_same_module():
    assert load_torchaudio() is load_torchaudio() is sys.modules["torchaudio"]


def test_only_native_parts_are_ever_missing():
    assert missing_parts() in ((), NATIVE_PARTS)


def test_torchaudio_without_its_compiled_part_still_computes():
    script = (
        BREAK_TORCHAUDIO
        + """
import logging
logging.basicConfig(level=logging.DEBUG)
from speechrnn.features.torchaudio_compat import load_torchaudio, missing_parts
torchaudio = load_torchaudio()
assert load_torchaudio() is torchaudio
import torch, torchaudio.compliance.kaldi
print(tuple(torchaudio.transforms.MFCC(16000, 13, melkwargs={"n_mels": 40})(torch.ones(1, 4000)).shape))
print(tuple(torchaudio.functional.lfilter(torch.ones(1, 9), torch.ones(2), torch.ones(2)).shape))
print(missing_parts())
"""
    )
    result = in_fresh_interpreter(script)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == ["(1, 13, 21)", "(1, 9)", "('RNNTLoss', 'forced_align', 'rnnt_loss')"]
    assert result.stderr.count("torchaudio runs without its compiled part") == 1


def test_a_missing_part_says_so_when_called():
    script = (
        BREAK_TORCHAUDIO
        + """
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.errors import MissingDependencyError
try:
    load_torchaudio().functional.forced_align(None, None)
except MissingDependencyError as error:
    print(error)
"""
    )
    result = in_fresh_interpreter(script)
    assert result.stdout.startswith("torchaudio.forced_align: needs torchaudio's compiled part"), result.stderr


def test_absent_torchaudio_is_named_with_the_command_that_installs_it():
    script = (
        REMOVE_TORCHAUDIO
        + """
from speechrnn.features.torchaudio_compat import load_torchaudio
from speechrnn.errors import MissingDependencyError
try:
    load_torchaudio()
except MissingDependencyError as error:
    print(error)
"""
    )
    result = in_fresh_interpreter(script)
    assert "install it with `pip install torchaudio`" in result.stdout, result.stderr


@pytest.mark.parametrize("room", ["mfcc", "extract", "filterbank"])
def test_importing_a_feature_file_does_not_import_torchaudio(room):
    result = in_fresh_interpreter(f"import sys, speechrnn.features.{room}; print('torchaudio' in sys.modules)")
    assert result.stdout.strip() == "False", result.stderr
