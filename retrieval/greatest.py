"""The places of the greatest of many scores."""

import numpy as np
from numpy.typing import NDArray


def greatest(scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """The places of the ``limit`` greatest, the greatest first, equal ones in their order; ``limit`` is at least 1."""
    if len(scores) <= limit:
        return np.argsort(-scores, kind="stable")
    least = np.partition(scores, -limit)[-limit]
    places = np.flatnonzero(scores >= least)  # more than the limit only if some are equal
    return places[np.argsort(-scores[places], kind="stable")[:limit]]
