"""A server's own documents: kept as they were, within the quota, whoever changes them at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from conftest import HARBOUR, LIGHTHOUSE, Clock
from hypothesis import given
from hypothesis import strategies as st
from test_store import child

from bot.servers import KEPT_AFTER, Servers
from bot.store import Store
from bot.uploads import MOST, Upload, Uploads
from corpus import Document, Mark, UserError

GUILDS = count(100)
ANY = st.text(st.characters())  # lone surrogates too
DOCUMENTS = st.builds(
    Document,
    id=ANY,
    title=ANY,
    date=st.none() | st.dates(),
    text=ANY,
    url=st.none() | ANY,
    marks=st.lists(st.builds(Mark, st.integers(0), st.integers(0), ANY, ANY, st.integers(0, 6), st.booleans())).map(
        tuple
    ),
    language=st.sampled_from(["en", "de"]),
)


@pytest.fixture
def uploads(store: Store) -> Uploads:
    return Uploads(store, 1, lambda: 1000.0)


def plain(name: str, text: str) -> tuple[str, bytes, Document]:
    """A file of plain text, as it is put."""
    return name, text.encode(), Document(f"added/{name}", name, None, text)


def refusal(uploads: Uploads, guild: int, name: str, text: str) -> str:
    """The line that says why a file is not taken."""
    with pytest.raises(UserError) as error:
        uploads.put(guild, *plain(name, text), person=7)
    return str(error.value)


@given(st.binary(), DOCUMENTS)
def test_what_was_put_is_what_there_is(lasting_store: Store, data: bytes, document: Document) -> None:
    uploads, guild = Uploads(lasting_store, 1), next(GUILDS)
    uploads.put(guild, "a.pdf", data, document, 7)
    assert (uploads.data(guild, "a.pdf"), uploads.documents(guild)) == (data, (document,))


def test_the_documents_of_a_server_in_the_order_of_their_names(uploads: Uploads) -> None:
    uploads.put(1, "lighthouse.txt", LIGHTHOUSE.text.encode(), LIGHTHOUSE, 7)
    uploads.put(2, *plain("b.txt", "A dog ran."), person=9)
    uploads.put(1, "harbour.text", HARBOUR.text.encode(), HARBOUR, 8)
    assert uploads.documents(1) == (HARBOUR, LIGHTHOUSE)
    assert [(upload.name, upload.added_by, upload.added_at) for upload in uploads.all(1)] == [
        ("harbour.text", 8, 1000.0),
        ("lighthouse.txt", 7, 1000.0),
    ]
    assert uploads.data(1, "b.txt") is None, "that is another server's"
    assert (uploads.all(3), uploads.documents(3), uploads.version(3)) == ([], (), 0)


def test_one_of_the_same_name_takes_its_place(uploads: Uploads) -> None:
    uploads.put(1, *plain("b.txt", "A dog ran."), person=7)
    uploads.put(1, *plain("b.txt", "A cat sat."), person=8)
    assert uploads.data(1, "b.txt") == b"A cat sat."
    assert [document.text for document in uploads.documents(1)] == ["A cat sat."]
    assert [upload.added_by for upload in uploads.all(1)] == [8]


def test_what_was_removed_is_gone(uploads: Uploads) -> None:
    uploads.put(1, *plain("b.txt", "A dog ran."), person=7)
    assert [uploads.remove(2, "b.txt"), uploads.remove(1, "b.txt"), uploads.remove(1, "b.txt")] == [False, True, False]
    assert (uploads.all(1), uploads.data(1, "b.txt")) == ([], None)


def test_a_file_takes_the_more_of_its_bytes_and_what_was_read_of_it(uploads: Uploads) -> None:
    uploads.put(1, "picture.pdf", bytes(5000), Document("added/picture.pdf", "A", None, "A cat sat."), 7)
    uploads.put(1, "packed.docx", bytes(50), Document("added/packed.docx", "A", None, "A cat sat." * 1000), 7)
    packed, picture = uploads.all(1)
    assert picture == Upload("picture.pdf", 5000, 7, 1000.0, 5000)
    assert 10_000 < packed.size < 10_200
    assert packed.length == 50


def test_what_is_too_much_is_refused_and_nothing_changes(uploads: Uploads) -> None:
    uploads.put(1, *plain("a.txt", "x" * 600_000), person=7)
    before = uploads.all(1), uploads.version(1)
    assert refusal(uploads, 1, "b.txt", "x" * 400_000) == (
        "takes 0.5 MB, and of the 1 MB of this server 0.3 are left: remove documents first, or split it"
    )
    assert refusal(uploads, 1, "a.txt", "x" * 1_000_000) == (
        "takes 1.1 MB, and of the 1 MB of this server 1.0 are left: remove documents first, or split it"
    )
    assert (uploads.all(1), uploads.version(1)) == before
    uploads.put(2, *plain("b.txt", "x" * 400_000), person=7)
    uploads.put(1, *plain("a.txt", "x" * 900_000), person=7)
    assert [upload.size > 900_000 for upload in uploads.all(1)] == [True], "what it replaces does not count"


def test_what_is_one_too_many_is_refused(uploads: Uploads) -> None:
    for number in range(MOST):
        uploads.put(1, *plain(f"{number}.txt", "A cat sat."), person=7)
    assert refusal(uploads, 1, "b.txt", "A dog ran.") == (
        "is one too many, this server has 200 documents: remove one first"
    )
    uploads.put(1, *plain("7.txt", "A dog ran."), person=7)
    assert len(uploads.all(1)) == MOST


def test_the_quota_holds_for_those_who_add_at_once(uploads: Uploads) -> None:
    def put(number: int) -> bool:
        try:
            uploads.put(1, *plain(f"{number}.txt", "x" * 300_000), person=number)
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(put, range(8))) == [False] * 5 + [True] * 3
    assert len(uploads.all(1)) == 3


def test_the_version_is_another_after_each_change(store: Store, uploads: Uploads) -> None:
    versions = [uploads.version(1)]

    def changed(*, other: bool = True) -> None:
        versions.append(uploads.version(1))
        assert (versions[-1] > versions[-2]) == other

    uploads.put(1, *plain("b.txt", "A dog ran."), person=7)
    changed()
    uploads.put(1, *plain("b.txt", "A cat sat."), person=7)
    changed()
    uploads.put(2, *plain("b.txt", "A cat sat."), person=7)
    uploads.remove(1, "none.txt")
    changed(other=False)
    uploads.remove(1, "b.txt")
    changed()
    clock = Clock()
    servers = Servers(store, clock)
    servers.left(1)
    clock.now += KEPT_AFTER + 1
    assert servers.expire() == [1]
    assert uploads.version(1) == 0
    uploads.put(1, *plain("b.txt", "A dog ran."), person=7)
    changed()


PUT = """
import sys
from pathlib import Path
from bot.store import Store
from bot.uploads import Uploads
from corpus import Document
store = Store(Path(sys.argv[1]))
Uploads(store, 1).put(1, "b.txt", b"A dog ran.", Document("added/b.txt", "b", None, "A dog ran."), 7)
store.close()
"""


def test_what_another_process_changed_is_seen(uploads: Uploads, tmp_path: Path) -> None:
    uploads.put(1, *plain("a.txt", "A cat sat."), person=7)
    before = uploads.version(1)
    child(PUT, tmp_path / "data").communicate()
    assert uploads.version(1) > before
    assert [document.text for document in uploads.documents(1)] == ["A cat sat.", "A dog ran."]


def test_who_added_it_is_forgotten_and_the_document_stays(uploads: Uploads) -> None:
    uploads.put(1, *plain("a.txt", "A cat sat."), person=7)
    uploads.put(1, *plain("b.txt", "A dog ran."), person=8)
    before = uploads.version(1)
    uploads.forget(7)
    assert [(upload.name, upload.added_by) for upload in uploads.all(1)] == [("a.txt", None), ("b.txt", 8)]
    assert uploads.version(1) == before


def test_a_document_stored_before_it_knew_its_language(store: Store, uploads: Uploads) -> None:
    uploads.put(1, "b.txt", b"", Document("added/b.txt", "b", date(2024, 2, 29), "A dog ran.", language="de"), 7)
    with store.writing() as connection:
        (written,) = connection.execute("SELECT document FROM uploads").fetchone()
        older = written.replace(b', "language": "de"', b"")
        assert older != written
        connection.execute("UPDATE uploads SET document = ?", (older,))
    assert uploads.documents(1) == (Document("added/b.txt", "b", date(2024, 2, 29), "A dog ran."),)
