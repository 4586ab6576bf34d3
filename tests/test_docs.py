"""The documentation holds what it says: names exist, commands run, links lead somewhere, worked figures come out."""

import ast
import functools
import importlib.util
import itertools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from speechrnn.decoding.grammar_parse import Grammar, parse_grammar
from speechrnn.decoding.prefix_beam import BeamOptions, prefix_beam
from speechrnn.errors import GrammarError
from speechrnn.features.frames import num_frames
from speechrnn.lm.build import BuildOptions, estimate_lm
from speechrnn.losses.ctc import ctc_losses
from speechrnn.model.acoustic import AcousticModel, num_parameters
from speechrnn.recipe import FeaturesConfig, ModelConfig

ROOT = Path(__file__).parents[1]
FRONT = [ROOT / name for name in ("README.md", "CHANGELOG.md", "benchmarks/README.md")]
PAGES = [*FRONT, *sorted((ROOT / "docs").glob("**/*.md"))]
DECODING = ROOT / "docs" / "decoding.md"
CITED_FILE = re.compile(r"`((?:speechrnn|tests|docs|recipes|benchmarks)/[\w./-]+\.(?:py|yaml|md))`")
CITED_NAMES = re.compile(r"((?:`\w+`(?:, | and )?)+) in\s`(speechrnn/[\w/]+\.py)`")
FENCED = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:speechrnn|make) [^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def pages() -> list[Path]:
    assert len(PAGES) >= 8, "the walk over the pages is broken"
    return PAGES


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands(page: Path) -> list[list[str]]:
    """Every command a page tells the reader to type, as words, comments cut off."""
    text = page.read_text()
    lines = [line for block in FENCED.findall(text) for line in block.splitlines()]
    parts = [part for line in [*lines, *INLINE.findall(text)] for part in line.split("|")]
    return [words for part in parts if (words := shlex.split(part, comments=True))]


def all_commands(program: str) -> list[tuple[str, list[str]]]:
    found = [(short(page), words[1:]) for page in pages() for words in commands(page) if words[0] == program]
    assert len(found) > 5, f"only {len(found)} uses of {program}: the walk is broken"
    return found


def test_every_file_cited_exists() -> None:
    cited = [(short(page), name) for page in pages() for name in CITED_FILE.findall(page.read_text())]
    assert len(cited) > 20
    assert [(page, name) for page, name in cited if not (ROOT / name).is_file()] == []


def test_every_name_cited_is_defined_in_the_file_it_is_cited_from() -> None:
    cited = [
        (name, file)
        for page in pages()
        for names, file in CITED_NAMES.findall(page.read_text())
        for name in names_in(names)
    ]
    assert len(cited) > 25
    assert [(name, file) for name, file in cited if name not in defined(file)] == []


def names_in(text: str) -> list[str]:
    return re.findall(r"`(\w+)`", text)


@functools.cache
def defined(file: str) -> frozenset[str]:
    body = ast.parse((ROOT / file).read_text()).body
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef))


def test_every_link_inside_the_repository_leads_somewhere() -> None:
    broken = []
    for page in pages():
        for target in LINK.findall(page.read_text()):
            file, _, anchor = target.partition("#")
            if "://" in target:
                continue
            aim = (page.parent / file).resolve() if file else page
            if not aim.exists() or (anchor and anchor not in anchors(aim)):
                broken.append((short(page), target))
    assert broken == []


def anchors(page: Path) -> set[str]:
    """The anchors a Markdown page offers: headings in lower case, punctuation dropped, spaces as hyphens."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_make_target_named_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = [(page, word) for page, words in all_commands("make") for word in words if "=" not in word]
    assert [(page, word) for page, word in named if word not in targets] == []


def test_every_make_target_explains_itself() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split()
    assert len(targets) > 8
    assert [name for name in targets if not re.search(rf"^{name}:[^\n]*## \w", makefile, re.MULTILINE)] == []


@functools.cache
def help_of(*words: str) -> str:
    """What a command answers when `--help` is put behind its words; empty when there is no such command."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "250", "NO_COLOR": "1", "TERM": "dumb"}
    command = [sys.executable, str(ROOT / "cli.py"), *words, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return done.stdout if done.returncode == 0 else ""


def test_every_command_named_exists_and_knows_its_options() -> None:
    unknown = []
    for page, words in all_commands("speechrnn"):
        arguments = list(itertools.takewhile(lambda word: not word.startswith("-"), words))
        known = set(re.findall(r"(?<![\w-])--?[a-z][\w-]*", help_of(*arguments[:2])))
        options = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        if not options | {"--help"} <= known:
            unknown.append(f"{page}: speechrnn {' '.join(words)}: {', '.join(options - known) or 'no such command'}")
    assert unknown == []


def settings_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("settings", ROOT / "docs" / "settings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_of_settings_says_what_the_dataclasses_say() -> None:
    settings = settings_module()
    page = settings.PAGE.read_text(encoding="utf-8")
    assert page == settings.page_with(settings.settings_tables()), "the settings have changed: run make docs"
    assert page.count("\n| `") > 40


@pytest.mark.parametrize("version", ["torch", "torchaudio", "lhotse", "onnxruntime"])
def test_the_constraints_name_every_package_a_result_depends_on(version: str) -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert sum(line.startswith(f"{version}==") for line in lines) == 1
    assert not any("+" in line or "@" in line for line in lines if not line.startswith("#"))


def test_one_second_gives_98_frames_as_the_page_on_how_it_works_says() -> None:
    assert num_frames(16000, FeaturesConfig()) == 98


def test_the_default_model_has_the_weights_the_page_on_how_it_works_says() -> None:
    model = AcousticModel(ModelConfig(), FeaturesConfig().num_features, vocab_size=28)
    assert num_parameters(model) == pytest.approx(1.05e6, rel=0.01)


def test_the_ctc_example_worked_by_hand_comes_out() -> None:
    log_probs = torch.tensor([0.6, 0.4]).log().expand(2, 1, 2)
    loss = ctc_losses(log_probs, torch.tensor([[1]]), torch.tensor([2]), torch.tensor([1]))
    assert loss.neg().exp().item() == pytest.approx(0.64)


def test_the_prefix_beam_search_worked_by_hand_comes_out() -> None:
    log_probs = np.log([[0.6, 0.4]] * 3)
    found = prefix_beam(log_probs, options=BeamOptions(), nbest=9)
    assert [one.labels for one in found] == [(1,), (), (1, 1)]
    assert np.exp([one.score for one in found]) == pytest.approx([0.688, 0.216, 0.096])


def test_the_ngrams_worked_by_hand_come_out() -> None:
    model = estimate_lm(["go"], BuildOptions())
    go = model.ids(["go"])[0]
    assert np.exp(model.score(model.empty, go)[0]) == pytest.approx(0.417, abs=5e-4)
    assert np.exp(model.score(model.start, go)[0]) == pytest.approx(0.708, abs=5e-4)


def grammar_shown() -> str:
    blocks = re.findall(r"^```\n(# one phrase a line.*?)^```", DECODING.read_text(), re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1
    return str(blocks[0])


def test_the_grammar_on_the_page_on_decoding_is_one() -> None:
    grammar = parse_grammar(grammar_shown(), "commands.txt")
    assert isinstance(grammar, Grammar)
    assert (len(grammar.phrases), sorted(grammar.lists)) == (2, ["<digit>", "<lights>"])


def test_the_fault_in_a_grammar_is_named_as_the_page_on_decoding_says() -> None:
    with pytest.raises(GrammarError, match="commands.txt: line 2, column 20") as caught:
        parse_grammar("# only two lamps\nturn (on | the lamp", "commands.txt")
    assert f"error: {caught.value}" in DECODING.read_text()
