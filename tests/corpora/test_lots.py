from hypothesis import given, settings
from hypothesis import strategies as st

from speechrnn.corpora.draw import rank
from speechrnn.corpora.lots import open_lots

NAMES = st.lists(st.text(max_size=3), max_size=40)


@settings(max_examples=50)
@given(names=NAMES, seed=st.integers(0, 5))
def test_below_a_border_lie_as_many_distinct_names_as_were_asked_for(names: list[str], seed: int) -> None:
    distinct = set(names)
    with open_lots(seed) as lots:
        for name in names:
            lots.add(name)
        assert len(lots) == len(distinct)
        for num_below in range(len(distinct) + 1):
            border = lots.border(num_below)
            below = {name for name in distinct if rank(name, seed) < border}
            assert len(below) == num_below
            assert below == set(sorted(distinct, key=lambda name: rank(name, seed))[:num_below])


def test_there_are_more_names_than_are_kept_in_memory() -> None:
    with open_lots(0) as lots:
        for number in range(60_000):
            lots.add(f"name {number}")
            lots.add(f"name {number // 2}")
        assert len(lots) == 60_000
        border = lots.border(6_000)
    assert sum(rank(f"name {number}", 0) < border for number in range(60_000)) == 6_000
