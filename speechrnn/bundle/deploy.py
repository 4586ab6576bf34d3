"""Take a model elsewhere: its graph as a file of its own, with weights in 8 bits, or in a folder for sherpa-onnx.

The graph takes samples, so whoever runs it needs nothing of ours but what its metadata says.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import onnx

from speechrnn import __version__
from speechrnn.atomic import write_bytes
from speechrnn.bundle import layout
from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.find import BUNDLE_NAME
from speechrnn.bundle.graph_names import LOG_PROBS, SAMPLES
from speechrnn.bundle.int8 import to_int8
from speechrnn.bundle.read import Bundle
from speechrnn.bundle.sherpa_folder import sherpa_files
from speechrnn.bundle.small import Replayed, replay, small_members
from speechrnn.bundle.target import Target
from speechrnn.bundle.write import write_members
from speechrnn.errors import BundleError, UsageError
from speechrnn.text.alphabet import BLANK

MODEL_SUFFIX: Final = Path(BUNDLE_NAME).suffix
GRAPH_SUFFIX: Final = ".onnx"
_GRAPHS: Final = (layout.GRAPH, layout.ACOUSTIC_GRAPH, layout.STREAMING_GRAPH)
_ROUNDED: Final = "- weights rounded to 8 bits; the score above is that of the model before"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        path: file or folder.
        num_bytes: of the graph that was exported, or of the model file.
        own_bytes: of the same in the model it was made from.
        tests: the self-tests, read by the exported graph.
    """

    path: Path
    num_bytes: int
    own_bytes: int
    tests: tuple[Replayed, ...]


def default_path(model: Path, target: Target) -> Path:
    """Name the file or folder, in the working folder, after the model file or its run folder."""
    name = model.resolve().parent.name if model.name == BUNDLE_NAME else model.stem
    if target.is_folder:
        return Path(f"{name}-{target}")
    return Path(f"{name}{'.int8' if target.in_8_bits else ''}{GRAPH_SUFFIX}")


def export_model(bundle: Bundle, target: Target, path: Path) -> Exported:
    """Write a model for use elsewhere.

    Args:
        bundle: the model file.
        target: what to write.
        path: `.onnx`, or `.srnn` for a model file with weights in 8 bits and none to train on; for sherpa-onnx a
            folder, whose files of the same names are replaced.

    Raises:
        UsageError: `path` is not of that kind, or the model is none that sherpa-onnx can run.
        BundleError: the model file is damaged, what was made does not give what it should, or it cannot be written.
    """
    _refuse_path(bundle, target, path)
    graphs = {name: bundle.read(name) for name in _GRAPHS if name in bundle.manifest.digests}
    own_bytes = len(graphs[layout.GRAPH])
    if target.in_8_bits:
        graphs = {name: to_int8(graph) for name, graph in graphs.items()}
    card = _card(bundle, target)
    tests = replay(bundle, graphs)
    if path.suffix == MODEL_SUFFIX and not target.is_folder:
        _write_model(path, bundle, small_members(bundle, graphs, card))
        return Exported(path, path.stat().st_size, bundle.path.stat().st_size, tests)
    # Of a corpus that stores features, self-tests are features too, and go through a graph that is not exported.
    tests = tuple(test for test in tests if test.heard)
    if not target.in_8_bits and (changed := [test for test in tests if not test.same]):
        raise BundleError(f"{bundle.path}: self-test {changed[0].name} differs here; see speechrnn check {bundle.path}")
    if target.is_folder:
        files = sherpa_files(bundle, graphs[layout.GRAPH], card)
    else:
        files = {"": describe(bundle, graphs[layout.GRAPH], card)}
    for name, content in files.items():
        write_bytes(path / name, content)
    return Exported(path, len(next(iter(files.values()))), own_bytes, tests)


def describe(bundle: Bundle, graph: bytes, card: str) -> bytes:
    """Put into the metadata of a graph from samples all that it takes to run it."""
    model = bundle.model
    described = onnx.load_from_string(graph)
    del described.metadata_props[:]
    metadata = {
        "name": model.name,
        "input": SAMPLES,
        "output": LOG_PROBS,
        "sample_rate_hz": str(model.sample_rate_hz),
        "min_samples": str(model.min_samples),
        "output_step_seconds": repr(model.output_step_seconds),
        "unit": model.alphabet.unit,
        # One a line, which C++ reads without a parser of JSON too; the blank, first, writes nothing.
        "labels": "\n".join(["", *model.alphabet.symbols]),
        "blank": str(BLANK),
        "card": card,
        "speechrnn_version": __version__,
    }
    onnx.helper.set_model_props(described, metadata)
    serialized: bytes = described.SerializeToString(deterministic=True)
    return serialized


def _card(bundle: Bundle, target: Target) -> str:
    lines = bundle.card().rstrip().splitlines()
    return "\n".join([*lines, *([_ROUNDED] if target.in_8_bits and _ROUNDED not in lines else []), ""])


def _write_model(path: Path, bundle: Bundle, members: dict[str, bytes]) -> None:
    """Write a model file, which takes its name only once it has passed its own self-tests."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.unchecked")
    try:
        write_members(beside, bundle.model, members)
        if wrong := [result for result in check_bundle(beside) if not result.ok]:
            raise BundleError(
                f"{path}: {wrong[0].name} gave {wrong[0].got}, not {wrong[0].expected}; please report this"
            )
        beside.replace(path)
    except BundleError as error:
        raise BundleError(str(error).replace(str(beside), str(path))) from error
    finally:
        beside.unlink(missing_ok=True)


def _refuse_path(bundle: Bundle, target: Target, path: Path) -> None:
    if target.is_folder:
        if path.exists() and not path.is_dir():
            raise UsageError(f"{path}: is a file, a folder was wanted for --to {target}; give another -o")
        return
    suffixes = (GRAPH_SUFFIX, MODEL_SUFFIX) if target is Target.ONNX_INT8 else (GRAPH_SUFFIX,)
    if path.is_dir() or path.suffix not in suffixes:
        raise UsageError(
            f"{path}: a file ending in {' or '.join(suffixes)} was wanted for --to {target}; give another -o"
        )
    if path.exists() and path.samefile(bundle.path):
        raise UsageError(f"{path}: is the model itself, which would lose its weights; give another -o")
