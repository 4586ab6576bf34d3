"""`speechrnn export`: a model for use elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from speechrnn.bundle.target import Target
from speechrnn.cli.model_option import ModelOption


def export(
    to: Annotated[Target, typer.Option(help="ONNX file, or folder for sherpa-onnx; int8: a quarter of the size.")],
    model: ModelOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="File or folder to write; else named after the model, in here."),
    ] = None,
) -> None:
    """Write a model so that other programs and languages can run it.

    onnx is one file that takes samples and says in its metadata how to run
    it: docs/deploying.md does so in Python, C++ and JavaScript. onnx-int8 is
    the same with weights rounded to 8 bits; with -o NAME.srnn it is a model
    for speechrnn itself, to use but not to train on. sherpa is a folder for
    the package sherpa-onnx; the model must have features.convention kaldi.

    Self-tests are read again by what was made. Exit code 1: the model is
    damaged; 2: an option is wrong, or sherpa-onnx cannot run this model.

    [bold]speechrnn export -m runs/fsdd --to onnx-int8 -o digits.onnx[/]

    [bold]speechrnn export -m runs/mboshi --to sherpa -o mboshi-sherpa[/]
    """
    from speechrnn.bundle.find import describe_choice, resolve_model

    path = resolve_model(model)
    if model is None:
        typer.echo(f"model: {describe_choice(path)}", err=True)
    from speechrnn.bundle.deploy import default_path, export_model
    from speechrnn.bundle.read import read_bundle

    exported = export_model(read_bundle(path), to, output or default_path(path, to))
    for test in exported.tests:
        if not test.same:
            typer.echo(f"self-test {test.name}: {test.text!r} where the model has {test.expected!r}", err=True)
    same = sum(test.same for test in exported.tests)
    typer.echo(f"self-tests: {same} of {len(exported.tests)} read as before", err=True)
    typer.echo(f"{exported.path}: {exported.num_bytes / 1e6:.2f} MB, from {exported.own_bytes / 1e6:.2f} MB")
