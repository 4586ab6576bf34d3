"""A corpus in miniature behind a web server of this machine, to be fetched as a user does."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.file_server import Served

NAMES = "fsdd", "mini_librispeech"
FOLDERS = {"fsdd": "free-spoken-digit-dataset-master", "mini_librispeech": "LibriSpeech", "yesno": "waves_yesno"}


@dataclass
class WebHost:
    """A corpus on a web server of this machine, what it is when unpacked, and the folder it is fetched to."""

    name: str
    files: dict[str, Served]
    address: str
    source: Path
    data: Path
    run: Callable[..., tuple[int, list[str]]]

    def download(self) -> tuple[int, list[str]]:
        """Fetch it; returns the exit code and the lines on stderr, without what is said before the download."""
        code, lines = self.run("prep", self.name, "--data", self.data, "--download", "--mirror", self.address)
        assert lines[0].startswith(f"licence of {self.name}: ")
        return code, lines[1:]

    @property
    def asked(self) -> list[str | None]:
        """The `Range` of every request."""
        return [wanted for served in self.files.values() for wanted in served.requested]

    def is_whole(self) -> bool:
        """Tell whether every file of the corpus is there with the bytes its host has, and no other."""
        found = contents(self.data / FOLDERS[self.name])
        assert found
        return found == contents(self.source)

    def is_a_corpus(self) -> bool:
        """Tell whether anything would now prepare or train on what is there."""
        code, lines = self.run("prep", self.name, "--data", self.data)
        assert len(lines) == code
        return code == 0


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file but lhotse's marks of what is whole."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".completed")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
