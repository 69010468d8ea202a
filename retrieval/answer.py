"""The records an answer is made of. Everything shown to a person can be checked against the document by offsets."""

from dataclasses import dataclass
from typing import NamedTuple

from corpus import Document, link, place


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and where it stands: ``document.text[start:end]``.

    ``highlight`` is the span of the words that answer, inside the quote, or None where that is not sure. ``score``,
    from 0 to 1, is how sure it is that the quote answers. ``echo`` marks a quote that says nearly the same as the one
    cited before it, so that it can be shown as a further source rather than as a further quote. ``differs`` marks each
    of the quotes that answer differently, though they otherwise say nearly the same.
    """

    document: Document
    start: int
    end: int
    highlight: tuple[int, int] | None
    score: float
    echo: bool = False
    differs: bool = False

    @property
    def quote(self) -> str:
        """The words themselves, exactly as they stand in the document."""
        return self.document.text[self.start : self.end]

    @property
    def place(self) -> str:
        """Where the quote stands, as a person would say it: ``"line 7"``."""
        return place(self.document, self.start, self.end)

    @property
    def url(self) -> str | None:
        """The address that takes a browser to the quote, if its document stands on the web."""
        return link(self.document, self.start, self.end)

    def holds(self, other: "Citation") -> bool:
        """Whether the other quote is a part of this one."""
        return self.document.id == other.document.id and self.start <= other.start and other.end <= self.end


class Correction(NamedTuple):
    """A word of a question that was read as another: as it was asked, and as the documents spell it."""

    asked: str
    read: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the documents say to a question; no citation means that they do not say.

    Citations stand best first, an echo right after what it echoes, then what contradicts that. ``nearest`` holds
    passages that share most with the question when the documents do not say: offered as such, never as an answer.
    ``confidence``, from 0 to 1, is how sure it is that the best passage answers: the first citation, or when there is
    none the one that came closest. ``corrections`` are the words of the question that were taken for misspelt, to be
    said with the answer.

    ``standing`` is the question as it stands by itself, for the next one to lean on: read so where it lacked something
    and took it from the one before, ``leaning_on``. Where it lacked what nothing gave it is the one before still.
    """

    question: str
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    confidence: float
    corrections: tuple[Correction, ...] = ()
    leaning_on: str | None = None
    standing: str | None = None

    @property
    def read(self) -> str:
        """The question as it was asked of the documents."""
        return (self.leaning_on and self.standing) or self.question

    @property
    def answered(self) -> bool:
        """Whether the documents say."""
        return bool(self.citations)

    @property
    def words(self) -> str | None:
        """The words that answer, cut from the first quote, or None where no few words of it do."""
        if not self.citations or self.citations[0].highlight is None:
            return None
        start, end = self.citations[0].highlight
        return self.citations[0].document.text[start:end]
