"""The end of a run: score the best weights, write the model file, and prove that it does what torch did."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from lhotse import CutSet

from speechrnn.bundle.check import check_bundle
from speechrnn.bundle.export import export_acoustic_onnx, export_onnx, output_step_seconds
from speechrnn.bundle.export_streaming import export_streaming_onnx
from speechrnn.bundle.find import BUNDLE_NAME
from speechrnn.bundle.layout import BundleContents, ModelInfo
from speechrnn.bundle.write import write_bundle
from speechrnn.corpora.prepare import PreparedCorpus
from speechrnn.errors import BundleError
from speechrnn.features.frames import min_samples
from speechrnn.recipe.live import live_obstacles
from speechrnn.recipe.show import show_recipe
from speechrnn.training.evaluate import Evaluation
from speechrnn.training.result import Result
from speechrnn.training.self_tests import make_self_tests
from speechrnn.training.system import System


def write_model(
    run: Path, system: System, corpus: PreparedCorpus, cuts: CutSet, evaluation: Evaluation, result: Result
) -> Path:
    """Write `run/model.srnn` and replay its self-tests.

    Args:
        run: the run folder.
        system: the trained system.
        corpus: what it was trained on, for the card.
        cuts: the split that was decoded; the first few utterances become the self-tests.
        evaluation: its decoding.
        result: its score.

    Raises:
        BundleError: the exported graph, or the file once written, does not reproduce the trained model.
    """
    system.model.cpu().eval()
    path, stored, alphabet = run / BUNDLE_NAME, system.recipe.features.stored, system.alphabet
    graph = export_onnx(system.extractor, system.model, alphabet)
    acoustic_graph = export_acoustic_onnx(system.extractor, system.model, alphabet) if stored else None
    obstacles = live_obstacles(system.recipe.features, system.recipe.model)
    readable = {one.utterance_id for one in evaluation.decoded}
    contents = BundleContents(
        model=model_info(system),
        weights=system.weights(),
        recipe_yaml=show_recipe(system.recipe),
        graph=graph,
        acoustic_graph=acoustic_graph,
        streaming_graph=None if obstacles else export_streaming_onnx(system.extractor, system.model, alphabet),
        result=result.to_json() | {"language": corpus.info.get("language"), "licence": corpus.info.get("licence")},
        card=card(system, corpus.info, result),
        self_tests=tuple(make_self_tests(path, system, acoustic_graph or graph, cuts, readable)),
    )
    write_bundle(path, contents)
    if wrong := [check for check in check_bundle(path) if not check.ok]:
        raise BundleError(
            f"{path}: self-test {wrong[0].name} gave {wrong[0].got!r}, training gave {wrong[0].expected!r}; "
            "the exported graph is not the trained model, please report this"
        )
    return path


def model_info(system: System) -> ModelInfo:
    """Describe a system for whoever runs its graph."""
    features = system.recipe.features
    return ModelInfo(
        name=system.recipe.name,
        sample_rate_hz=features.sample_rate_hz,
        alphabet=system.alphabet,
        output_step_seconds=output_step_seconds(system.extractor, system.model),
        min_samples=min_samples(features),
    )


def card(system: System, info: dict[str, Any], result: Result) -> str:
    """Say in Markdown what the model is, what it was trained on, and under which licence that came."""
    recipe = system.recipe
    parameters = sum(np.prod(weights.shape) for weights in system.model.state_dict().values())
    return "\n".join(
        [
            f"# {recipe.name}",
            "",
            recipe.title,
            "",
            *([recipe.card.strip(), ""] if recipe.card.strip() else []),
            f"- {recipe.model.layers} x {recipe.model.size} {recipe.model.cell}, {int(parameters)} parameters, CTC",
            f"- writes the {system.alphabet.unit}s {system.alphabet} from audio at {recipe.features.sample_rate_hz} Hz",
            f"- trained on {recipe.corpus.name}, language {info.get('language')}, "
            f"{info.get('url') or 'recordings of your own'}",
            f"- licence of the corpus: {info.get('licence')}",
            f"- {result.line()}",
            f"- torch {torch.__version__}, seed {recipe.seed}",
            "",
        ]
    )
