"""What a command line may change about how a model decodes, and the decoder that comes of it."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

from speechrnn.bundle.decoding import read_decoding
from speechrnn.bundle.read import Bundle
from speechrnn.decoding.decoder import Decoder, build_decoder
from speechrnn.decoding.resources import Resources, open_resources
from speechrnn.errors import UsageError
from speechrnn.recipe import DecodingConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderOptions:
    """None leaves a setting as the model has it; see `recipe.DecodingConfig`.

    `no_lm` leaves out its language models, `no_grammar` its grammar, and `no_reject` keeps what the grammar rejects.
    """

    beam: int | None = None
    lm: Path | None = None
    no_lm: bool = False
    alpha: float | None = None
    beta: float | None = None
    lexicon: Path | None = None
    grammar: Path | None = None
    no_grammar: bool = False
    reject_below: float | None = None
    no_reject: bool = False
    rescore: Path | None = None
    rescore_weight: float | None = None
    hotwords: str | None = None


def open_decoder(bundle: Bundle, options: DecoderOptions) -> Decoder:
    """Open the decoder of a model file, changed by options. Anything but greedy decoding is a beam search.

    Raises:
        UsageError: options contradict each other, weigh a language model that is not there, or name what cannot be
            used with this model.
        LanguageModelError, GrammarError: a file cannot be read.
        BundleError: a member of the model file is damaged.
    """
    stored = read_decoding(bundle).config
    config = choose_settings(stored, options)
    named = (options.lm, options.lexicon, options.grammar, options.rescore)
    if missing := [str(path) for path in named if path and not path.exists()]:
        raise UsageError("\n".join(f"{path}: no such file" for path in missing))
    if config.kind == "greedy":
        return build_decoder(config, bundle.model.alphabet)
    from speechrnn.bundle.resources import read_resources

    inside = read_resources(
        bundle,
        replace(
            config,
            lm=None if options.lm else config.lm,
            lexicon=None if options.lexicon else config.lexicon,
            grammar=None if options.grammar else config.grammar,
            rescore=None if options.rescore else config.rescore,
        ),
    )
    outside = open_resources(*named)
    resources = Resources(
        outside.lm or inside.lm,
        outside.words or inside.words,
        outside.grammar or inside.grammar,
        outside.rescorer or inside.rescorer,
    )
    return build_decoder(config, bundle.model.alphabet, resources)


def choose_settings(stored: DecodingConfig, options: DecoderOptions) -> DecodingConfig:
    """Put options over the settings of a model.

    A new language model gets the usual weights, and a new grammar no threshold: those of the old one do not suit it.

    Raises:
        UsageError: a language model is wanted and not wanted, or weighed where there is none; the same of a threshold
            and its grammar.
    """
    for name in ("lm", "rescore"):
        if getattr(options, name) is not None and options.no_lm:
            raise UsageError(f"--{name}: came beside --no-lm; leave one of them out")
    if options.grammar is not None and options.no_grammar:
        raise UsageError("--grammar: came beside --no-grammar; leave one of them out")
    usual, config = DecodingConfig(), stored
    if options.lm is not None or options.no_lm:
        lm = None if options.lm is None else str(options.lm)
        config = replace(config, lm=lm, alpha=usual.alpha, beta=usual.beta)
    if options.rescore is not None or options.no_lm:
        rescore = None if options.rescore is None else str(options.rescore)
        config = replace(config, rescore=rescore, rescore_weight=usual.rescore_weight)
    if options.no_grammar:
        config = replace(config, grammar=None, reject_below=None)
    config = replace(
        config,
        beam_size=options.beam or config.beam_size,
        alpha=config.alpha if options.alpha is None else options.alpha,
        beta=config.beta if options.beta is None else options.beta,
        lexicon=str(options.lexicon) if options.lexicon else config.lexicon,
        grammar=str(options.grammar) if options.grammar else config.grammar,
        reject_below=_choose_threshold(config, options),
        rescore_weight=config.rescore_weight if options.rescore_weight is None else options.rescore_weight,
        hotwords=config.hotwords if options.hotwords is None else options.hotwords,
    )
    for name in ("alpha", "beta"):
        if getattr(options, name) is not None and config.lm is None:
            raise UsageError(f"--{name}: weighs a language model, and none is used here; name one with --lm")
    if options.rescore_weight is not None and config.rescore is None:
        raise UsageError(
            "--rescore-weight: weighs a second language model, and none is used here; name it with --rescore"
        )
    searches = stored.kind == "beam" and not (options.no_lm or options.no_grammar)
    beam = searches or config.fused or options.beam is not None
    return replace(config, kind="beam" if beam else "greedy")


def _choose_threshold(config: DecodingConfig, options: DecoderOptions) -> float | None:
    """Take the threshold that is asked for, else the one that was chosen for the model's own grammar."""
    if options.reject_below is not None:
        if options.no_reject:
            raise UsageError("--reject-below: came beside --no-reject; leave one of them out")
        if not math.isfinite(options.reject_below):
            raise UsageError(f"--reject-below: {options.reject_below} came, a number of 0 or less was wanted")
        if options.grammar is None and config.grammar is None:
            raise UsageError(
                "--reject-below: judges the phrases of a grammar, and none is used here; name one with --grammar"
            )
        return options.reject_below
    return None if options.no_reject or options.grammar is not None else config.reject_below
