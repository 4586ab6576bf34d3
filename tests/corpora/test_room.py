import shutil
from pathlib import Path

import pytest

from speechrnn.corpora.room import check_room
from speechrnn.errors import DownloadError


def test_there_must_be_room_for_the_archives_and_what_comes_out_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=2_000_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    check_room("yesno", tmp_path / "new", 1_000_000_000)
    with pytest.raises(DownloadError, match=r"^corpus yesno: needs about 2\.2 GB, and .*new has 2\.0 GB free; choose"):
        check_room("yesno", tmp_path / "new", 1_100_000_000)
