"""What answers: documents → index → question → Answer. Knows nothing of terminals and Discord."""

from retrieval.answer import Answer, Citation
from retrieval.answerer import Answerer
from retrieval.ranking import Match

__all__ = ["Answer", "Answerer", "Citation", "Match"]
