"""What was written: a folder → documents → passages. Knows nothing of questions, nor of who asks them."""

from corpus.apart import Limits, undisturbed
from corpus.document import Document, Kind, Mark, Passage, place
from corpus.errors import (
    DocumentError,
    FolderError,
    GoldError,
    IndexAway,
    IndexProblem,
    IndexUnusable,
    QuestionError,
    SettingError,
    UserError,
)
from corpus.folder import LIMITS, Folder, Problem, Track, look_into, not_empty, printable, read_folder
from corpus.language import ENGLISH, language_of
from corpus.links import link
from corpus.readers import READERS, read_document
from corpus.readers.text import read as read_text
from corpus.sentences import paragraphs, sentences, split
from corpus.shelf import SETTLES, Change, Shelf
from corpus.upload import LONGEST_NAME, name_of, read_upload

__all__ = [
    "ENGLISH",
    "LIMITS",
    "LONGEST_NAME",
    "READERS",
    "SETTLES",
    "Change",
    "Document",
    "DocumentError",
    "Folder",
    "FolderError",
    "GoldError",
    "IndexAway",
    "IndexProblem",
    "IndexUnusable",
    "Kind",
    "Limits",
    "Mark",
    "Passage",
    "Problem",
    "QuestionError",
    "SettingError",
    "Shelf",
    "Track",
    "UserError",
    "language_of",
    "link",
    "look_into",
    "name_of",
    "not_empty",
    "paragraphs",
    "place",
    "printable",
    "read_document",
    "read_folder",
    "read_text",
    "read_upload",
    "sentences",
    "split",
    "undisturbed",
]
