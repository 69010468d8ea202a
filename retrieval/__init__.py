"""What answers: documents → index → question → Answer. Knows nothing of Discord."""

from retrieval.answer import Answer, Citation, Correction
from retrieval.answerer import THRESHOLD, Answerer
from retrieval.evaluation import Miss, Outcomes, Report, Section, evaluate
from retrieval.gold import Collection, Quotes, read_gold
from retrieval.index import Index
from retrieval.keeping import Kept
from retrieval.matching import Match
from retrieval.terms import searchable

__all__ = [
    "THRESHOLD",
    "Answer",
    "Answerer",
    "Citation",
    "Collection",
    "Correction",
    "Index",
    "Kept",
    "Match",
    "Miss",
    "Outcomes",
    "Quotes",
    "Report",
    "Section",
    "evaluate",
    "read_gold",
    "searchable",
]
