"""The graphs that the settings of a decoder name, in the order in which a hypothesis holds their parts."""

from collections.abc import Sequence

from speechrnn.decoding.allowed import Allowed
from speechrnn.decoding.fusion import Graph
from speechrnn.decoding.grammar import GrammarGraph
from speechrnn.decoding.hotword_graph import HotWordGraph
from speechrnn.decoding.hotwords import parse_hotwords
from speechrnn.decoding.label_lm import LabelLm
from speechrnn.decoding.language_model import LanguageModel
from speechrnn.decoding.lexicon import Entry, build_lexicon, entries_of
from speechrnn.decoding.ngram import MARKERS
from speechrnn.decoding.recurrent_graph import RecurrentGraph
from speechrnn.decoding.recurrent_lm import RecurrentLm
from speechrnn.decoding.recurrent_states import RecurrentStates
from speechrnn.decoding.resources import Resources
from speechrnn.decoding.word_lm import WordLm
from speechrnn.recipe import DecodingConfig
from speechrnn.text.alphabet import Alphabet


def fused_graphs(config: DecodingConfig, alphabet: Alphabet, resources: Resources) -> dict[str, Graph]:
    """Make every graph by the name of its setting.

    Args:
        config: weights and hot words.
        alphabet: of the acoustic model.
        resources: language model, words and grammar.

    Raises:
        UsageError: the language model is of units that cannot be used here; a hot word, or not one word of the
            lexicon, can be spelled.
        GrammarError: the grammar has words that cannot be spelled.
    """
    graphs: dict[str, Graph] = {}
    lm, words, grammar = resources.lm, resources.words, resources.grammar
    if lm is not None:
        graphs["lm"] = lm_graph(config, alphabet, lm, words)
    # A word model over characters has the lexicon inside.
    if words is not None and not isinstance(graphs.get("lm"), WordLm):
        graphs["lexicon"] = _lexicon_graph(words, alphabet)
    if grammar is not None:
        graphs["grammar"] = GrammarGraph(grammar, alphabet)
    if config.hotwords:
        graphs["hotwords"] = HotWordGraph(parse_hotwords(config.hotwords), alphabet)
    return graphs


def lm_graph(config: DecodingConfig, alphabet: Alphabet, lm: LanguageModel, words: Sequence[Entry] | None) -> Graph:
    """Make the graph of a language model: over the alphabet's own labels, or of words over characters.

    Words that a model of words lacks may be written too, unless `words` or `unknown_penalty` None forbids it. Those
    among the hot words are in the lexicon then: they score as `<unk>`, without the penalty that guards against
    spellings nobody asked for.

    Raises:
        UsageError: the model is of characters and the alphabet of words, or no word can be spelled.
    """
    model, alpha, beta = lm.model, config.alpha, config.beta
    if model.unit == "word" and alphabet.unit == "character":
        penalty = config.unknown_penalty if words is None else None
        hot = _hot_words(config.hotwords) if penalty is not None else ()
        vocabulary = entries_of([*model.vocabulary[len(MARKERS) :], *hot])
        lexicon = build_lexicon(vocabulary if words is None else words, alphabet)
        asked = RecurrentStates(model) if isinstance(model, RecurrentLm) else model
        return WordLm(lexicon, asked, alphabet, alpha=alpha, beta=beta, unknown_penalty=penalty)
    if isinstance(model, RecurrentLm):
        return RecurrentGraph(model, alphabet, alpha=alpha, beta=beta)
    return LabelLm(model, alphabet, alpha=alpha, beta=beta)


def _hot_words(hotwords: str) -> tuple[str, ...]:
    """Give every word to favour; one to disfavour need not be writable."""
    favoured = [one.phrase for one in parse_hotwords(hotwords) if one.boost > 0] if hotwords else []
    return tuple(word for phrase in favoured for word in phrase.split())


def _lexicon_graph(words: Sequence[Entry], alphabet: Alphabet) -> Graph:
    if alphabet.unit == "word":
        return Allowed({entry.spelling for entry in words}, alphabet)
    return WordLm(build_lexicon(words, alphabet), None, alphabet, alpha=0.0)
