"""What a model cannot write, or nobody could search, is refused before any search."""

import pytest

from speechrnn.decoding import grammar_network
from speechrnn.decoding.grammar_network import Network
from speechrnn.decoding.grammar_parse import parse_grammar
from speechrnn.errors import GrammarError
from speechrnn.text.alphabet import Alphabet

SPACED = Alphabet((" ", "e", "n", "o", "s", "y"))
SINGLE = Alphabet(("e", "n", "o", "s", "y"))
WORDS = Alphabet(("no", "yes"), "word")


@pytest.mark.parametrize(
    ("text", "alphabet", "message"),
    [
        (
            "yes\nnine (yeah | no)",
            SPACED,
            r"cannot write 'nine' \(line 2\), 'yeah' \(line 2\), its alphabet is ' enosy'",
        ),
        ("<x> = maybe\nyes <x>", WORDS, r"cannot write 'maybe' \(line 1\), its alphabet is 'no yes'"),
        ("\n".join(f"w{i}" for i in range(30)), SPACED, r"'w9' \(line 10\) and 20 more"),
        ("yes no", SINGLE, "holds phrases of several words, but the model writes no space"),
        ("yes [no]", SINGLE, "phrases of several words"),
        ("(yes | no)+", SINGLE, "phrases of several words"),
    ],
)
def test_a_grammar_the_model_cannot_follow_is_refused(text: str, alphabet: Alphabet, message: str) -> None:
    with pytest.raises(GrammarError, match=rf"^commands\.txt: .*{message}"):
        Network(parse_grammar(text, "commands.txt"), alphabet)


def test_a_grammar_too_large_to_search_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar_network, "MAX_STATES", 1000)
    with pytest.raises(GrammarError, match=r"^commands\.txt: unfolds to more than 1000 states"):
        Network(parse_grammar("<x> = yes{99}\n<y> = <x>{99}\n<y>{99}", "commands.txt"), SPACED)


def test_unused_lists_need_not_be_writable() -> None:
    assert Network(parse_grammar("<x> = maybe\nyes", "g"), WORDS).last > 0


@pytest.mark.parametrize("text", ["yes\nno", "(yes | no){1}", "[yes]"])
def test_single_words_suit_a_model_without_a_space(text: str) -> None:
    assert Network(parse_grammar(text, "g"), SINGLE).last > 0


def test_every_state_can_reach_the_end() -> None:
    network = Network(parse_grammar("yes [no+] (no | [yes]){0,2}\n<a>*\n<a> = no yes", "g"), SPACED)
    ending = {network.last}
    while True:
        more = {
            state
            for state in range(len(network.edges))
            if ending & {*network.silent[state], *(after for _, after in network.edges[state])}
        }
        if more <= ending:
            break
        ending |= more
    assert ending == set(range(len(network.edges)))
