import pytest

from speechrnn.corpora.draw import draw

NAMES = [f"name{number}" for number in range(50)]


def test_the_share_is_drawn_whatever_the_order_of_names() -> None:
    assert len(draw(NAMES, 0.1, seed=0)) == 5
    assert draw(NAMES, 0.1, seed=0) == draw(reversed(NAMES), 0.1, seed=0) == draw(NAMES * 2, 0.1, seed=0)


def test_a_larger_share_contains_the_smaller() -> None:
    assert draw(NAMES, 0.1, seed=4) < draw(NAMES, 0.4, seed=4)


def test_another_seed_draws_others() -> None:
    assert len({draw(NAMES, 0.1, seed) for seed in range(10)}) == 10


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 0), (2, 1), (3, 1), (25, 2)])
def test_at_least_one_is_drawn_and_never_all(count: int, expected: int) -> None:
    assert len(draw(NAMES[:count], 0.1, seed=0)) == expected
    assert len(draw(NAMES[:count], 0.999, seed=0)) == max(0, count - 1)


def test_every_name_is_drawn_about_equally_often() -> None:
    counts = {name: sum(name in draw(NAMES, 0.2, seed) for seed in range(1000)) for name in NAMES}
    assert min(counts.values()) > 140  # 200 expected, standard deviation 12.6
    assert max(counts.values()) < 260
