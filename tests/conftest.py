"""One small corpus that can be worked out by hand, and what keeps the tests apart from the machine they run on."""

from collections.abc import Iterator
from datetime import date

import hypothesis
import pytest

from bot.library import Library
from bot.settings import Settings
from corpus import Document, Folder, read_folder
from retrieval import Answerer

# How long an example takes depends on the machine; what is too slow is shown by other means.
hypothesis.settings.register_profile("verbatim", deadline=None)
hypothesis.settings.load_profile("verbatim")

LIGHTHOUSE = Document(
    "coast/lighthouse.txt",
    "The Lighthouse at Gull Point",
    date(2023, 5, 3),
    "The Lighthouse at Gull Point\n"
    "\n"
    "3 May 2023\n"
    "\n"
    "Mary Hale built the stone lighthouse in 1871. She picked granite because storms had wrecked a wooden tower.\n"
    "\n"
    "Visiting\n"
    "\n"
    "The gate opens on Saturdays. A ticket costs 4 dollars.\n"
    "\n"
    "No comments:\n"
    "\n"
    "Post a Comment\n",
)
HARBOUR = Document(
    "harbour.text",
    "Harbour News",
    None,
    "# Harbour News\n\nThe stone lighthouse was built by Mary Hale in 1871.\nThe ferry carries 40 passengers.\n",
)


class Still(Library):
    """A library whose folder never changes."""

    def __init__(self, answerer: Answerer) -> None:
        self.answerer = answerer


@pytest.fixture(scope="session", autouse=True)
def _apart() -> Iterator[None]:
    """No setting, token or terminal of whoever runs the tests reaches them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DOCUMENTS", "DISCORD_TOKEN", "LOG_LEVEL", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
            patch.delenv(name, raising=False)
        patch.setitem(Settings.model_config, "env_file", None)
        yield


@pytest.fixture(scope="session")
def answerer() -> Answerer:
    """The small corpus, indexed."""
    return Answerer([LIGHTHOUSE, HARBOUR])


@pytest.fixture(scope="session")
def shipped() -> Folder:
    """The documents in the repository."""
    return read_folder(Settings().documents)


@pytest.fixture(scope="session")
def shipped_answerer(shipped: Folder) -> Answerer:
    """The documents in the repository, indexed."""
    return Answerer(shipped.documents)
