"""lhotse's signatures read from its source, held to what Python itself sees when it is imported."""

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from speechrnn.corpora.bridge.signature import Function, read_functions, recipes_folder
from speechrnn.corpora.catalogue import read_catalogue
from speechrnn.errors import MissingDependencyError

ENTRIES = {name: corpus.entry for name, corpus in read_catalogue().items() if corpus.entry is not None}


def roles(function: Function) -> dict[str, str]:
    return {parameter.name: parameter.role for parameter in function.parameters}


@pytest.mark.parametrize("name", ENTRIES)
def test_parameters_are_those_of_the_function_itself(name: str) -> None:
    entry = ENTRIES[name]
    module = import_module(f"lhotse.recipes.{entry.module}")
    for function in filter(None, (entry.function, entry.download)):
        read = read_functions(entry.module)[function]
        seen = inspect.signature(getattr(module, function)).parameters.values()
        assert [(p.name, p.is_required) for p in read.parameters] == [(p.name, p.default is p.empty) for p in seen]
        # A default that is computed has its own text.
        values = {p.name: p.default for p in read.parameters}
        assert all(values[p.name] in (p.default, getattr(p.default, "__name__", None)) for p in seen if is_plain(p))


def is_plain(parameter: inspect.Parameter) -> bool:
    return isinstance(parameter.default, str | int | float | bool | None) and parameter.default is not parameter.empty


@pytest.mark.parametrize("name", ENTRIES)
def test_every_function_is_given_the_corpus_unless_it_is_useless(name: str) -> None:
    function = read_functions(ENTRIES[name].module)[ENTRIES[name].function]
    assert len(function.in_role("source")) == 1 or read_catalogue()[name].useless


def test_roles_by_hand() -> None:
    assert roles(read_functions("librispeech")["prepare_librispeech"]) == {
        "corpus_dir": "source",
        "alignments_dir": "option",
        "dataset_parts": "parts",
        "output_dir": "output",
        "normalize_text": "option",
        "num_jobs": "jobs",
    }
    assert roles(read_functions("iwslt22_ta")["prepare_iwslt22_ta"])["splits"] == "option"  # a folder, not parts
    assert roles(read_functions("commonvoice")["prepare_commonvoice"])["splits"] == "parts"


def test_constants_and_explanations_are_read() -> None:
    (version,) = read_functions("speechcommands")["prepare_speechcommands"].in_role("option")
    assert (version.name, version.is_required, version.help) == (
        "speechcommands_version",
        True,
        "str, dataset version.",
    )
    (parts,) = read_functions("commonvoice")["prepare_commonvoice"].in_role("parts")
    assert parts.default == ("test", "dev", "train")


def test_a_module_lhotse_lacks_is_named() -> None:
    with pytest.raises(MissingDependencyError, match=r"^lhotse\.recipes\.nonesuch: the installed lhotse has no such"):
        read_functions("nonesuch")


def test_reading_signatures_imports_no_lhotse() -> None:
    program = (
        "import sys; from speechrnn.corpora.bridge.signature import read_functions as r;"
        "print(len(r('librispeech')), sorted({'lhotse', 'torch'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split(maxsplit=1)[1] == "[]\n"


def test_the_folder_of_recipes_holds_modules() -> None:
    assert len(list(recipes_folder().glob("*.py"))) > 50
