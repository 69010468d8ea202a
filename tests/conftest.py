"""One small corpus that can be worked out by hand, and what keeps the tests apart from the machine they run on."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import hypothesis
import pytest

from bot.library import Library
from bot.settings import Settings
from bot.store import Store
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
        self.make = Answerer


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def everything(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    tables = store.read("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name: len(store.read(f"SELECT * FROM {name}")) for (name,) in tables}  # noqa: S608 (names of our own)


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """For a while without the rights of root, whom no permission stops."""
    if os.geteuid():
        yield
        return
    for path in (folder, *folder.parents):
        if path.is_relative_to(tempfile.gettempdir()):
            path.chmod(path.stat().st_mode | 0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture(scope="session", autouse=True)
def _apart() -> Iterator[None]:
    """No setting, token or terminal of whoever runs the tests reaches them."""
    with pytest.MonkeyPatch.context() as patch:
        settings = map(str.upper, Settings.model_fields)
        for name in (*settings, "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
            patch.delenv(name, raising=False)
        patch.setitem(Settings.model_config, "env_file", None)
        yield


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with closing(Store(tmp_path / "data")) as made:
        yield made


@pytest.fixture(scope="module")
def lasting_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store for all examples of a property: each takes ids of its own."""
    with closing(Store(tmp_path_factory.mktemp("data"))) as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    """A clock to be set by hand."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small corpus in files."""
    root = tmp_path / "documents"
    for document in (LIGHTHOUSE, HARBOUR):
        (root / document.id).parent.mkdir(parents=True, exist_ok=True)
        (root / document.id).write_bytes(document.text.encode())
    return root


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
