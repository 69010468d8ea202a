"""What a person did wrong, as one family of errors, each a single line: what, where, what to do.

    UserError                      ends a command with exit status 2 and its own text, never a traceback
    ├── FolderError                the folder of documents is missing, empty, or holds nothing that can be read
    ├── DocumentError              one file cannot be read; the others are still served
    ├── QuestionError              a question cannot be asked as it stands (retrieval)
    ├── IndexProblem               an index on disk cannot be opened or written (retrieval)
    │   └── IndexUnusable          and is to be made anew (retrieval)
    ├── GoldError                  a file of questions with their answers cannot be used to measure with (retrieval)
    └── SettingError               a setting is missing or wrong (bot)

That the documents do not say is no error: it is an ordinary, empty answer.
"""


class UserError(Exception):
    """Something a person can mend. ``str(error)`` is one line fit to be shown."""


class FolderError(UserError):
    """The folder of documents cannot be served at all."""


class DocumentError(UserError):
    """One document cannot be read. ``str(error)`` says why and what to do; the caller names the file."""

    def __init__(self, reason: str, keeper: str = "") -> None:
        """``reason`` is for everybody; ``keeper``, a further way out, for who keeps the folder and its settings."""
        super().__init__(reason, keeper)  # both, so that it comes whole from a process apart
        self.reason = reason

    def __str__(self) -> str:
        return ", or ".join(filter(None, self.args))


class QuestionError(UserError):
    """A question cannot be asked as it stands."""


class IndexProblem(UserError):  # noqa: N818 (IndexError is what Python calls another)
    """An index on disk cannot be opened or written. ``str(error)`` names the folder, the reason and the mend."""


class IndexUnusable(IndexProblem):
    """There is no index, or one that is damaged or of another version: it can be made anew, and nothing is lost."""


class IndexAway(IndexProblem):
    """An index cannot be asked just now, and may be in a moment, without anybody mending it."""


class GoldError(UserError):
    """A file of questions with their answers cannot be used. ``str(error)`` names the file, the place and the mend."""


class SettingError(UserError):
    """A setting is missing or has a value that cannot be used."""
