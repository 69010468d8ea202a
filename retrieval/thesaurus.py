"""Which English words mean nearly the same, and which are verbs: what WordNet knows, as arrays.

``retrieval/thesaurus_making.py`` makes the file that ships; ``learned/README.md`` is its card.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("learned") / "thesaurus.npz"


class Thesaurus(NamedTuple):
    """``terms``, sorted, shape (n,), with what stands near each in meaning.

    The near ones of term ``i`` are ``near[ends[i] : ends[i + 1]]``, as numbers of terms, and ``credit``, in percent,
    says how far each may stand for it. ``verbs``, shape (n,), is how often, in percent, a term is meant as a verb.
    """

    terms: NDArray[np.bytes_]
    ends: NDArray[np.int32]
    near: NDArray[np.uint16]
    credit: NDArray[np.uint8]
    verbs: NDArray[np.uint8]

    def synonyms(self, term: str) -> dict[str, float]:
        """The terms that may stand for ``term``, each with how far, from 0 to 1; none for a term not known."""
        place = self._place(term)
        if place is None:
            return {}
        some = slice(self.ends[place], self.ends[place + 1])
        words, percents = self.terms[self.near[some]].tolist(), self.credit[some].tolist()
        return {word.decode(): percent / 100 for word, percent in zip(words, percents, strict=True)}

    def verb(self, term: str) -> float:
        """How often ``term`` is meant as a verb, from 0 to 1; 0 for a term not known."""
        place = self._place(term)
        return 0.0 if place is None else float(self.verbs[place]) / 100

    def _place(self, term: str) -> int | None:
        wanted = term.encode("ascii", "ignore")
        place = int(np.searchsorted(self.terms, wanted))
        return place if wanted and place < len(self.terms) and self.terms[place] == wanted else None

    def write(self, path: Path) -> None:
        """Writes the arrays; the same arrays give the same bytes."""
        np.savez_compressed(path, **self._asdict())


@cache
def thesaurus() -> Thesaurus:
    """The one that ships; what numpy raises if the file is missing or damaged passes through."""
    with np.load(FILE, allow_pickle=False) as arrays:
        return Thesaurus(*(arrays[name] for name in Thesaurus._fields))
