"""What must be known of a public corpus besides what lhotse's functions for it say themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from speechrnn.corpora.bridge.direct import Direct
from speechrnn.corpora.bridge.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How one corpus is prepared and fetched through lhotse.

    Attributes:
        name: as we call it.
        module: of `lhotse.recipes`.
        function: its prepare function.
        download: its download function, or None where the user must bring the corpus.
        has_own_folder: whether what is downloaded lies in a folder of its own; if not, one is made.
        languages: lhotse's name by BCP 47 tag, where a corpus has several; `*` for any, empty for one.
        splits: what published parts are for, where their names do not tell or not all are used.
        transcript: which of lhotse's texts is the transcript: `text`, or the name of a custom field or an alignment.
        has_wordless: whether utterances without words are noises that the publisher put there, which are left out; else
            they are faults.
        options: given to lhotse's functions unless the user gives others.
        view: how its files must be shown to the prepare function, where copies of it differ; None for as they are.
        direct: where it is fetched from where lhotse cannot, None where it can or nobody may.
    """

    name: str
    module: str
    function: str
    download: str | None = None
    has_own_folder: bool = True
    languages: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)
    transcript: str = "text"
    has_wordless: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    view: View | None = None
    direct: Direct | None = None
