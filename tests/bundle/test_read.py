"""Model files that were cut, altered or forged: each refused with a BundleError, none with a traceback of zipfile's."""

import hashlib
import json
import random
import shutil
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from speechrnn.bundle.read import Bundle, read_bundle
from speechrnn.errors import BundleError, NotAModelError, SpeechRnnError


def _everything(path: Path) -> dict[str, bytes]:
    """Open a model file and read all of it."""
    bundle = read_bundle(path)
    bundle.verify()
    bundle.self_tests()
    bundle.result()
    return {name: bundle.read(name) for name in bundle.manifest.digests}


def _rewrite(source: Path, target: Path, change: Callable[[dict[str, bytes]], None], **zip_options: Any) -> Path:
    """Copy a model file member by member after a change to its members, manifest left as it is."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w", **zip_options) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target


def _edit_manifest(source: Path, target: Path, edit: Callable[[dict[str, Any]], None]) -> Path:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        edit(manifest)
        members["manifest.json"] = json.dumps(manifest).encode()

    return _rewrite(source, target, change)


def _replace_member(source: Path, target: Path, name: str, data: bytes) -> Path:
    """Swap a member and make the manifest agree, as a forger or a faulty writer would."""

    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        manifest["members"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        members["manifest.json"] = json.dumps(manifest).encode()
        members[name] = data

    return _rewrite(source, target, change)


def test_a_file_cut_anywhere_is_refused(tiny: Path, tmp_path: Path) -> None:
    whole = tiny.read_bytes()
    rng = random.Random(1)
    cuts = {0, 1, 21, 22, 100, len(whole) // 2, len(whole) - 22, len(whole) - 1, *rng.sample(range(len(whole)), 200)}
    for length in sorted(cuts):
        (tmp_path / "cut.srnn").write_bytes(whole[:length])
        with pytest.raises(BundleError, match="cut.srnn"):
            read_bundle(tmp_path / "cut.srnn")


def test_a_flipped_byte_is_refused_or_changes_nothing(tiny: Path, tmp_path: Path) -> None:
    whole = tiny.read_bytes()
    original = _everything(tiny)
    rng = random.Random(2)
    directory = whole.rindex(b"PK\x01\x02manifest") if b"PK\x01\x02manifest" in whole else whole.index(b"PK\x01\x02")
    positions = {*rng.sample(range(len(whole)), 150), *range(directory, len(whole), 3), *range(60)}
    refused = 0
    for position in sorted(positions):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << rng.randrange(8)
        (tmp_path / "flipped.srnn").write_bytes(flipped)
        try:
            # A time stamp of the archive may change; nothing that is ever read may.
            assert _everything(tmp_path / "flipped.srnn") == original
        except BundleError:
            refused += 1
    assert refused > len(positions) // 2


def test_every_byte_of_every_member_is_covered_by_a_checksum(tiny: Path, tmp_path: Path) -> None:
    whole = tiny.read_bytes()
    with zipfile.ZipFile(tiny) as archive:
        entries = archive.infolist()
    for entry in entries:
        position = entry.header_offset + 30 + len(entry.filename) + entry.file_size // 2
        flipped = bytearray(whole)
        flipped[position] ^= 1
        (tmp_path / "flipped.srnn").write_bytes(flipped)
        with pytest.raises(BundleError, match=r"flipped\.srnn"):
            _everything(tmp_path / "flipped.srnn")


def test_an_altered_member_whose_archive_checksum_was_mended_is_refused(tiny: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["card.md"] = members["card.md"].replace(b"tiny", b"TINY")

    bundle = read_bundle(_rewrite(tiny, tmp_path / "altered.srnn", change))
    with pytest.raises(BundleError, match=r"card\.md was altered"):
        bundle.card()


def test_two_members_of_one_name_are_refused(tiny: Path, tmp_path: Path) -> None:
    shutil.copy(tiny, tmp_path / "twice.srnn")
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "twice.srnn", "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("card.md", "another card")
    with pytest.raises(BundleError, match=r"holds card\.md twice"):
        read_bundle(tmp_path / "twice.srnn")


@pytest.mark.parametrize(
    "name", ["../evil.py", "/etc/passwd", "self_test/../../x.npy", "weights.pt", "self_test/1.wav"]
)
def test_a_member_no_bundle_has_is_refused(tiny: Path, tmp_path: Path, name: str) -> None:
    path = _rewrite(tiny, tmp_path / "odd.srnn", lambda members: members.update({name: b"x"}))
    with pytest.raises(BundleError, match="which no speechrnn model of this format holds"):
        read_bundle(path)


def test_a_known_member_that_the_manifest_does_not_list_is_refused(tiny: Path, tmp_path: Path) -> None:
    path = _rewrite(tiny, tmp_path / "odd.srnn", lambda members: members.update({"acoustic.onnx": b"x"}))
    with pytest.raises(BundleError, match=r"acoustic\.onnx: the archive and its manifest disagree"):
        read_bundle(path)


def test_a_member_that_the_archive_lacks_is_refused(tiny: Path, tmp_path: Path) -> None:
    path = _rewrite(tiny, tmp_path / "odd.srnn", lambda members: members.pop("card.md") and None)
    with pytest.raises(BundleError, match=r"card\.md: the archive and its manifest disagree"):
        read_bundle(path)


def test_a_compressed_archive_is_refused_before_anything_is_unpacked(tiny: Path, tmp_path: Path) -> None:
    def bomb(members: dict[str, bytes]) -> None:
        members["card.md"] = b"\0" * 50_000_000

    path = _rewrite(tiny, tmp_path / "bomb.srnn", bomb, compression=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 10_000_000
    with pytest.raises(BundleError, match="is compressed or encrypted, stored was wanted"):
        read_bundle(path)


def test_sizes_beyond_the_file_are_refused_before_anything_is_read(tiny: Path, tmp_path: Path) -> None:
    whole = bytearray(tiny.read_bytes())
    with zipfile.ZipFile(tiny) as archive:
        entry = archive.getinfo("card.md")
    at = whole.index(b"PK\x01\x02", archive.start_dir)
    while whole[at + 46 : at + 46 + 7] != b"card.md":
        at = whole.index(b"PK\x01\x02", at + 4)
    whole[at + 20 : at + 28] = (entry.file_size + 2**31).to_bytes(4, "little") * 2
    (tmp_path / "big.srnn").write_bytes(whole)
    with pytest.raises(BundleError, match="members claim more bytes than the file has"):
        read_bundle(tmp_path / "big.srnn")


def test_a_newer_format_says_to_install_a_newer_version(tiny: Path, tmp_path: Path) -> None:
    path = _edit_manifest(tiny, tmp_path / "new.srnn", lambda manifest: manifest.update(format_version=5))
    with pytest.raises(BundleError, match="model format 5, this speechrnn reads up to 4; install a newer speechrnn"):
        read_bundle(path)


def test_a_model_of_format_1_is_read_as_one_that_spells_with_characters(tiny: Path, tmp_path: Path) -> None:
    def as_format_1(manifest: Any) -> None:
        manifest["format_version"] = 1
        manifest["model"]["characters"] = manifest["model"].pop("symbols")
        del manifest["model"]["unit"]

    old = read_bundle(_edit_manifest(tiny, tmp_path / "old.srnn", as_format_1))
    assert old.model == read_bundle(tiny).model


@pytest.mark.parametrize(
    "edit",
    [
        lambda m: m.pop("format_version"),
        lambda m: m.update(format_version=True),
        lambda m: m.update(format_version="1"),
        lambda m: m.pop("members"),
        lambda m: m.update(members=[]),
        lambda m: m.pop("model"),
        lambda m: m["model"].update(sample_rate_hz=0),
        lambda m: m["model"].update(sample_rate_hz=8000.5),
        lambda m: m["model"].update(symbols=[]),
        lambda m: m["model"].update(symbols=["a", "a"]),
        lambda m: m["model"].update(unit="syllable"),
        lambda m: m["model"].update(output_step_seconds=0),
        lambda m: m["model"].update(output_step_seconds=float("nan")),
        lambda m: m["model"].update(min_samples=-1),
        lambda m: m["model"].update(input="features"),
        lambda m: m["members"]["card.md"].update(sha256="0"),
        lambda m: m["members"]["card.md"].update(bytes=-1),
    ],
)
def test_a_manifest_with_a_wrong_value_is_refused(tiny: Path, tmp_path: Path, edit: Callable[[Any], None]) -> None:
    with pytest.raises(BundleError, match=r"manifest\.json is not laid out as speechrnn writes it"):
        read_bundle(_edit_manifest(tiny, tmp_path / "odd.srnn", edit))


def test_a_manifest_without_a_required_member_is_refused(tiny: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        manifest = json.loads(members["manifest.json"])
        del manifest["members"]["model.onnx"], members["model.onnx"]
        members["manifest.json"] = json.dumps(manifest).encode()

    with pytest.raises(BundleError, match=r"model\.onnx missing from the model"):
        read_bundle(_rewrite(tiny, tmp_path / "odd.srnn", change))


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_weights_that_are_not_finite_are_refused_by_name(tiny: Path, tmp_path: Path, value: float) -> None:
    data = save({"good": np.zeros(3, np.float32), "head.bias": np.array([0, value], np.float32)})
    bundle = read_bundle(_replace_member(tiny, tmp_path / "nan.srnn", "weights.safetensors", data))
    with pytest.raises(BundleError, match=r"weights head\.bias are not finite"):
        bundle.weights()


@pytest.mark.parametrize(
    ("member", "data", "read"),
    [
        ("weights.safetensors", b"\x80\x04pickled", Bundle.weights),
        ("weights.safetensors", b"", Bundle.weights),
        ("result.json", b"[1, 2]", Bundle.result),
        ("result.json", b"{", Bundle.result),
        ("result.json", b"[" * 100_000, Bundle.result),
        ("recipe.yaml", b"\xff\xfe", Bundle.recipe_yaml),
        ("self_test.json", b"{}", Bundle.self_tests),
        ("self_test.json", b"[1]", Bundle.self_tests),
        ("self_test.json", b'[{"name": "x"}]', Bundle.self_tests),
        ("self_test/1.flac", b"not flac", Bundle.self_tests),
        (
            "self_test.json",
            b'[{"name": "x", "input": "weights.safetensors", "expected_text": "", "expected_score": 0}]',
            Bundle.self_tests,
        ),
        (
            "self_test.json",
            b'[{"name": "x", "input": "self_test/1.flac", "expected_text": "", "expected_score": NaN}]',
            Bundle.self_tests,
        ),
    ],
)
def test_a_member_of_the_wrong_kind_is_refused(
    tiny: Path, tmp_path: Path, member: str, data: bytes, read: Callable[[Bundle], object]
) -> None:
    bundle = read_bundle(_replace_member(tiny, tmp_path / "odd.srnn", member, data))
    with pytest.raises(BundleError, match=r"odd\.srnn"):
        read(bundle)


@pytest.mark.parametrize("content", [b"", b"a text file named model.srnn", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd.srnn").write_bytes(content)
    with pytest.raises(NotAModelError, match=r"odd\.srnn: no speechrnn model \(.*\); a model file, .* was wanted$"):
        read_bundle(tmp_path / "odd.srnn")


@pytest.mark.parametrize("kept", [4, 100, -100])
def test_a_model_that_is_cut_short_is_still_told_from_what_is_none(tiny: Path, tmp_path: Path, kept: int) -> None:
    (tmp_path / "cut.srnn").write_bytes(tiny.read_bytes()[:kept])
    with pytest.raises(BundleError, match="cut short") as caught:
        read_bundle(tmp_path / "cut.srnn")
    assert not isinstance(caught.value, NotAModelError)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"gone\.srnn: no such model file"):
        read_bundle(tmp_path / "gone.srnn")


def test_opening_does_not_read_the_weights(tiny: Path, tmp_path: Path) -> None:
    def change(members: dict[str, bytes]) -> None:
        members["weights.safetensors"] = bytes(len(members["weights.safetensors"]))

    bundle = read_bundle(_rewrite(tiny, tmp_path / "odd.srnn", change))
    assert bundle.read("model.onnx")
    with pytest.raises(SpeechRnnError, match="was altered"):
        bundle.verify()
