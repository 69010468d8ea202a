"""How the likeliest candidate stands beside the others, as numbers: what the confidence is learned from."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from retrieval.trees import Table

_FAR = -9.0  # the log-odds of a candidate that is not there
_BEST = ("kin near", "covered", "kin facts", "together", "verbatim")  # compared with the best of the others


def standing(found: Table, odds: NDArray[np.float32]) -> Table:
    """The features of the likeliest candidate and of its lead over the rest, one row.

    ``found``: the features of all candidates; ``odds``: the log-odds the ranker gives them, shape (n,), n ≥ 1.
    """
    order = np.argsort(-odds, kind="stable")
    ranked = np.concatenate([odds[order].astype(np.float64), [_FAR] * 5])
    likely = expit(odds)
    sums = float(likely.sum())
    compared = found.values[:, [found.names.index(name) for name in _BEST]]
    values = np.concatenate(
        [
            found.values[order[0]],
            [ranked[0], ranked[0] - ranked[1], ranked[0] - ranked[2], ranked[0] - ranked[4]],
            [sums, likely[order[0]] / sums, len(odds)],
            compared[order[:5]].max(axis=0),
            compared.max(axis=0),
        ]
    )
    names = (
        *found.names,
        *("log-odds", "lead over 2nd", "lead over 3rd", "lead over 5th"),
        *("likely ones", "share of likely", "candidates"),
        *(f"{name}, best of 5" for name in _BEST),
        *(f"{name}, best of all" for name in _BEST),
    )
    return Table(names, values[None].astype(np.float32))
