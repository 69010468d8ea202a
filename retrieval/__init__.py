"""What answers: documents → index → question → Answer. Knows nothing of Discord."""

from retrieval.address import Address, SharedDocuments, path_of, shared
from retrieval.answer import Answer, Citation, Correction
from retrieval.answerer import THRESHOLD, Answerer, Source
from retrieval.evaluation import Miss, Outcomes, Report, Section, evaluate
from retrieval.gold import Collection, Quotes, read_gold
from retrieval.index import Index
from retrieval.keeping import Kept
from retrieval.matching import Match
from retrieval.segment import Entry
from retrieval.terms import searchable

__all__ = [
    "THRESHOLD",
    "Address",
    "Answer",
    "Answerer",
    "Citation",
    "Collection",
    "Correction",
    "Entry",
    "Index",
    "Kept",
    "Match",
    "Miss",
    "Outcomes",
    "Quotes",
    "Report",
    "Section",
    "SharedDocuments",
    "Source",
    "evaluate",
    "path_of",
    "read_gold",
    "searchable",
    "shared",
]
