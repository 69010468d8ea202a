"""A segment made anew of its stretches, without its documents."""

import numpy as np
import pytest
from conftest import HARBOUR, LIGHTHOUSE

from corpus import Document
from retrieval.fields import taken
from retrieval.reading import assemble, read

NEWS = Document(
    "news.txt", "The Daily", None, "Ada Stone, the mayor, met Ben Hill. The mayor said so. She left.\n\nTHE US WON. So."
)
COUNTED = ("written.", "capitals.", "shorts.", "pairs.", "defined.")


@pytest.mark.parametrize(
    "documents", [[], [LIGHTHOUSE], [LIGHTHOUSE, HARBOUR, NEWS], [Document("a.txt", "", None, "")]]
)
def test_it_is_the_same_but_for_what_is_counted(documents: list[Document]) -> None:
    segment = read(documents, "en")
    found = []
    for number in range(len(documents)):
        first, end = segment.stretches(number)
        found.append([segment.stretch(stretch) for stretch in range(first, end)])
    again = assemble(segment.documents, found, "en")
    for one, other in zip(taken(segment), taken(again), strict=True):
        if one.name.startswith(COUNTED):
            assert other.name == one.name
        else:
            assert [(block.dtype, block.tolist()) for block in one.blocks] == [
                (np.asarray(block).dtype, block.tolist()) for block in other.blocks
            ], one.name
