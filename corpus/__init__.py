"""What was written: a folder → documents → passages. Knows nothing of questions, nor of who asks them."""

from corpus.document import Document, Kind, Passage, place
from corpus.errors import DocumentError, FolderError, GoldError, QuestionError, SettingError, UserError
from corpus.folder import Folder, Problem, printable, read_folder
from corpus.sentences import split
from corpus.text import read_text

__all__ = [
    "Document",
    "DocumentError",
    "Folder",
    "FolderError",
    "GoldError",
    "Kind",
    "Passage",
    "Problem",
    "QuestionError",
    "SettingError",
    "UserError",
    "place",
    "printable",
    "read_folder",
    "read_text",
    "split",
]
