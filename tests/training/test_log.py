"""One record per epoch."""

from dataclasses import replace
from pathlib import Path

from speechrnn.training.log import EpochRecord, peak_memory_mib, read_log, write_log

RECORD = EpochRecord(
    epoch=3,
    loss=1.5,
    dev_loss=1.25,
    dev_cer=10.0,
    dev_wer=20.5,
    blank_rate=60.0,
    gradient_norm=2.5,
    learning_rate=0.001,
    seconds=4.25,
    audio_seconds=90.0,
    loading_share=10.0,
    padding_share=5.0,
    peak_memory_mib=300.0,
    steps=12,
)


def test_records_come_back_as_they_were(tmp_path: Path) -> None:
    assert read_log(tmp_path) == []
    records = [RECORD, replace(RECORD, epoch=4, loss=1 / 3)]
    write_log(tmp_path, records)
    assert read_log(tmp_path) == records
    assert read_log(tmp_path)[0].steps == 12
    assert len((tmp_path / "log.jsonl").read_text().splitlines()) == 2


def test_the_line_for_people_has_every_figure_they_follow() -> None:
    assert RECORD.line(120) == (
        "epoch   3/120  loss 1.500  dev loss 1.250  CER 10.0 %  WER 20.5 %  blank 60 %  grad 2.50  lr 1.0e-03  4.2 s, "
        "waiting 10 %, padding 5 %"
    )


def test_memory_is_that_of_a_living_process() -> None:
    held = bytearray(30 << 20)
    assert 30 < peak_memory_mib() < 100_000
    assert len(held) == 30 << 20
