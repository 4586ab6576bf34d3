"""Whether a confidence keeps its word: of what is given 0.9, nine in ten should be right."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

NUM_BINS: Final = 10


def expected_calibration_error(
    confidences: NDArray[np.floating], right: NDArray[np.bool_], num_bins: int = NUM_BINS
) -> float:
    """Average the gap between mean confidence and share right over bins of equally many examples, in their order.

    Naeini et al. 2015, with equally filled bins (Nguyen and O'Connor 2015) in place of equally wide ones, most of
    which a good model leaves empty. No examples have no error.

    Args:
        confidences: `(examples,)` in [0, 1].
        right: `(examples,)`.
        num_bins: bins.

    Raises:
        ValueError: the two differ in length.
    """
    if len(confidences) != len(right):
        raise ValueError(f"{len(confidences)} confidences for {len(right)} outcomes, one for each was wanted")
    order = np.argsort(confidences, kind="stable")
    bins = [one for one in np.array_split(order, num_bins) if len(one)]
    gaps = [len(one) * abs(float(confidences[one].mean()) - float(right[one].mean())) for one in bins]
    return sum(gaps) / max(len(right), 1)
