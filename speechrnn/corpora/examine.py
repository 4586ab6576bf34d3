"""Everything that can be said of a corpus before training: what cannot be used, what is doubtful, what leaks."""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from speechrnn.corpora.doubts import DoubtSearch
from speechrnn.corpora.fixes import Fix
from speechrnn.corpora.leaks import LeakSearch
from speechrnn.corpora.ledger import Ledger, open_ledger
from speechrnn.corpora.problem import Doubt, Problem
from speechrnn.corpora.registry import find_corpus
from speechrnn.corpora.source import as_found, ready_source
from speechrnn.corpora.text_files import text_file_doubts
from speechrnn.corpora.utterance import Listing, Utterance, Walk
from speechrnn.corpora.validate import Checked, check_listing
from speechrnn.progress import Progress, silent
from speechrnn.recipe import CorpusConfig


def validate_corpus(
    config: CorpusConfig, data_dir: Path, *, jobs: int = 1, progress: Progress = silent
) -> Iterator[Checked | Problem | Doubt | Fix]:
    """Check a corpus as `prepare_corpus` does, look for doubts besides, and write nothing.

    Yields:
        Every utterance that can be used, every problem, every doubt, with `fix` every repair; some doubts at the end.

    Raises:
        UsageError: no corpus of that name.
        CorpusError: the corpus is not there or not laid out as published.
    """
    corpus = find_corpus(config.name)
    source = ready_source(corpus, config, data_dir, progress)
    corpus = as_found(corpus, source)
    listing = corpus.list_utterances(source, config)
    with open_ledger(None) as ledger:
        aside: deque[Doubt | Fix] = deque()
        noted = replace(listing, utterances=Walk(lambda: _read_texts(listing, ledger, aside)))
        fixed = aside.append if config.fix else None
        found = check_listing(noted, corpus, ledger, jobs=jobs, fixed=fixed, progress=progress)
        yield from _examine(found, aside, ledger, LeakSearch(ledger.connection, listing, config.allow_leak))


def _examine(
    found: Iterator[Checked | Problem], aside: deque[Doubt | Fix], ledger: Ledger, leaks: LeakSearch
) -> Iterator[Checked | Problem | Doubt | Fix]:
    """Look at whatever was checked; `aside` fills on the way."""
    doubts = DoubtSearch(ledger.connection)
    for item in found:
        while aside:
            yield aside.popleft()
        yield item
        if isinstance(item, Checked):
            leaks.add(item)
            yield from doubts.look(item)
    yield from aside
    yield from doubts.at_end()
    yield from leaks.found()


def _read_texts(listing: Listing, ledger: Ledger, aside: deque[Doubt | Fix]) -> Iterator[Utterance | Problem]:
    """Look into every file of transcripts once, on the way through the utterances."""
    last: Path | None = None
    ledger.connection.execute("CREATE TABLE IF NOT EXISTS texts (path TEXT PRIMARY KEY) WITHOUT ROWID")
    for item in listing.utterances:
        if isinstance(item, Utterance) and item.text_file is not None and item.text_file != last:
            last = item.text_file
            with suppress(UnicodeEncodeError):  # of a name that is no text; `check_listing` sets it aside
                if ledger.connection.execute("INSERT OR IGNORE INTO texts VALUES (?)", (str(last),)).rowcount:
                    aside.extend(text_file_doubts(last))
        yield item
