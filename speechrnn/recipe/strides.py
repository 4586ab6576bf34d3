"""The steps of the convolutions under a network (subsampling conv): strides that together thin frames by a factor."""

from typing import Final

MORE_KERNEL: Final = 5
"""Frames that each of `model.conv_layers`, the convolutions after the strides, reads."""

_PRIMES: Final = (2, 3, 5, 7)


def prime_factors(factor: int) -> list[int]:
    """Split a subsampling factor into strides, largest first (1 becomes one stride of 1).

    >>> prime_factors(6), prime_factors(4), prime_factors(1)
    ([3, 2], [2, 2], [1])
    """
    strides: list[int] = []
    for prime in _PRIMES:
        while factor % prime == 0:
            strides.append(prime)
            factor //= prime
    if factor > 1:
        strides.append(factor)
    return sorted(strides, reverse=True) or [1]
