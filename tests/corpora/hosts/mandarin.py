"""Mandarin corpora that lhotse prepares: AISHELL-1, THCHS-30."""

import shutil
from pathlib import Path
from typing import Final

from tests.corpora.hosts.host import Host, Said, tar_tree, write_lines
from tests.corpora.hosts.voice import speak


def aishell(root: Path) -> Path:
    """Every speaker's folder below that of a part; one transcript, words apart, letters as wide as ideographs."""
    data = root / "data_aishell"
    for said in AISHELL.said:
        path = data / "wav" / said.split / (said.speaker or "") / f"{said.utterance_id}.wav"
        speak(path, said.text, said.speaker or "")
    lines = (f"{said.utterance_id} {said.as_published}" for said in AISHELL.said)
    write_lines(data / "transcript" / "aishell_transcript_v0.8.txt", lines)
    write_lines(root / "resource_aishell" / "speaker.info", ["0002 F", "0003 M", "0724 F", "0764 F"])
    write_lines(root / "resource_aishell" / "lexicon.txt", ["而 ee er2", "楼市 l ou2 sh ix4"])
    return root


def pack_aishell(root: Path, to: Path) -> None:
    """Two archives; in the large one lies another for every speaker."""
    packed = to.parent / f"{to.name}-packed"
    shutil.copytree(root / "data_aishell" / "transcript", packed / "transcript")
    (packed / "wav").mkdir()
    for speaker in sorted((root / "data_aishell" / "wav").glob("*/*")):
        inside = f"{speaker.parent.name}/{speaker.name}"
        tar_tree(packed / "wav" / f"{speaker.name}.tar.gz", {inside: speaker})
    tar_tree(to / "data_aishell.tgz", {"data_aishell": packed})
    tar_tree(to / "resource_aishell.tgz", {"resource_aishell": root / "resource_aishell"})


AISHELL: Final = Host(
    name="aishell",
    said=(
        Said(
            "BAC009S0002W0122",
            "train",
            "S0002",
            "而对楼市成交抑制作用最大的限购",
            "而 对 楼市 成交 抑制 作用 最 大 的 限 购",
        ),
        Said("BAC009S0002W0123", "train", "S0002", "也成为地方政府的眼中钉", "也 成为 地方 政府 的 眼中 钉"),
        Said("BAC009S0003W0131", "train", "S0003", "购买一辆T恤", "购买 一辆 ｔ 恤"),
        Said("BAC009S0724W0121", "dev", "S0724", "广州市房地产中介协会分析", "广州市 房地产 中介 协会 分析"),
        Said("BAC009S0764W0121", "test", "S0764", "甚至出现交易几乎停滞的情况", "甚至 出现 交易 几乎 停滞 的 情况"),
    ),
    lay_out=aishell,
    pack=pack_aishell,
)


def thchs30(root: Path) -> Path:
    """All sound in one folder, with words, syllables and sounds; parts hold links to it, and what points there."""
    place = root / "data_thchs30"
    for said in THCHS30.said:
        name = f"{said.utterance_id}.wav"
        speak(place / "data" / name, said.text, said.speaker or "")
        spoken = [said.as_published, "lv4 shi4 yang2 chun1 yan1 jing3", "l v4 sh ix4 ii iang2 ch un1 ii ian1 j ing3"]
        write_lines(place / "data" / f"{name}.trn", spoken)
        part = place / said.split
        part.mkdir(exist_ok=True)
        (part / name).symlink_to(f"../data/{name}")
        write_lines(part / f"{name}.trn", [f"../data/{name}.trn"])
    write_lines(place / "README.TXT", ["THCHS-30: a free Chinese speech corpus"])
    return root


THCHS30: Final = Host(
    name="thchs30",
    said=(
        Said("A2_0", "train", "A2", "绿 是 阳春 烟 景", "绿 是 l = 阳春 烟 景"),
        Said("A11_5", "train", "A11", "他 仅 凭 腰部 的 力量"),
        Said("B11_374", "dev", "B11", "风 烟 俱 净"),
        Said("D4_750", "test", "D4", "东北军 的 一些 爱国 将士"),
    ),
    lay_out=thchs30,
    pack=lambda root, to: tar_tree(to / "data_thchs30.tgz", {"data_thchs30": root / "data_thchs30"}),
)
