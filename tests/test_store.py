"""The store: one SQLite file that several threads and processes are at, whole whatever happens."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import nobody

from bot import store as module
from bot.store import FILE, Store, backup
from corpus import SettingError, UserError

ROOT = Path(__file__).parents[1]
VERSION = 1

unix = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix permissions, limits and signals")


def refusal(folder: Path) -> str:
    """The line that says why there is no store in a folder."""
    with pytest.raises(SettingError) as error:
        Store(folder)
    return str(error.value)


def dump(path: Path) -> tuple[int, list[str]]:
    """All that is in a file: the version of its schema, then as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return version, list(connection.iterdump())


def child(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """A process of its own that runs some code."""
    return subprocess.Popen(  # noqa: S603 (this Python, and code of our own)
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def keep(store: Store, *guilds: int) -> None:
    with store.writing() as connection:
        connection.executemany("INSERT INTO servers (guild) VALUES (?)", [(guild,) for guild in guilds])


def kept(store: Store) -> list[int]:
    return [row["guild"] for row in store.read("SELECT guild FROM servers ORDER BY guild")]


@unix
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        with closing(Store(tmp_path / "deep" / "data")) as store:
            keep(store, 1)
            found = {path.name: path.stat().st_mode & 0o777 for path in [tmp_path / "deep" / "data"]}
            found |= {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "deep" / "data").iterdir()}
    finally:
        os.umask(mask)
    assert found == {"data": 0o700, FILE: 0o600, f"{FILE}-wal": 0o600, f"{FILE}-shm": 0o600}


def test_what_is_written_is_there_for_the_next(tmp_path: Path) -> None:
    for guild in (1, 2):
        with closing(Store(tmp_path)) as store:
            keep(store, guild)
    assert [path.name for path in tmp_path.iterdir()] == [FILE], "closed, it is one file"
    with closing(Store(tmp_path)) as store:
        assert kept(store) == [1, 2]


def test_a_query_with_parameters(store: Store) -> None:
    keep(store, 1, 2, 3)
    rows = store.read("SELECT guild FROM servers WHERE guild BETWEEN ? AND ? ORDER BY guild", 2, 9)
    assert [dict(row) for row in rows] == [{"guild": 2}, {"guild": 3}]


def test_of_a_write_that_fails_nothing_is_kept(store: Store) -> None:
    def fail() -> None:
        with store.writing() as connection:
            connection.execute("INSERT INTO servers (guild) VALUES (1)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    keep(store, 2)
    assert kept(store) == [2]


def test_of_a_write_that_fails_at_its_end_nothing_is_kept(store: Store) -> None:
    def fail() -> None:
        with store.writing() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            connection.execute("INSERT INTO servers (guild) VALUES (1)")
            connection.execute("INSERT INTO changes (guild) VALUES (9)")

    with pytest.raises(sqlite3.IntegrityError):
        fail()
    keep(store, 2)
    assert kept(store) == [2]


def test_who_reads_sees_one_moment_and_holds_up_nobody(store: Store) -> None:
    keep(store, 1)
    with store.reading() as connection:
        before = connection.execute("SELECT COUNT(*) FROM servers").fetchone()[0]
        keep(store, 2)
        after = connection.execute("SELECT COUNT(*) FROM servers").fetchone()[0]
    assert (before, after, kept(store)) == (1, 1, [1, 2])


def test_threads_write_in_turn(store: Store) -> None:
    def count(_: int) -> None:
        for _ in range(10):
            with store.writing() as connection:
                (free_at,) = connection.execute("SELECT free_at FROM slots").fetchone()
                connection.execute("UPDATE slots SET free_at = ?", (free_at + 1,))

    with store.writing() as connection:
        connection.execute("INSERT INTO slots VALUES (0, 0)")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(8)))
    assert [row["free_at"] for row in store.read("SELECT free_at FROM slots")] == [80]


START_AND_COUNT = """
import sys
from pathlib import Path
from bot.store import Store
print("ready", flush=True)
input()
store = Store(Path(sys.argv[1]))
with store.writing() as connection:
    connection.execute("INSERT INTO slots VALUES (0, 0) ON CONFLICT DO NOTHING")
for _ in range(25):
    with store.writing() as connection:
        (free_at,) = connection.execute("SELECT free_at FROM slots").fetchone()
        connection.execute("UPDATE slots SET free_at = ?", (free_at + 1,))
store.close()
"""


def at_once(code: str, folder: Path, number: int) -> list[str]:
    """Runs some code in so many processes, which begin together at their ``input()``; what each writes."""
    children = [child(code, folder) for _ in range(number)]
    for process in children:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in children:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    written = [process.communicate()[0] for process in children]
    assert [process.returncode for process in children] == [0] * number
    return written


def test_processes_start_at_once_and_write_in_turn(tmp_path: Path) -> None:
    at_once(START_AND_COUNT, tmp_path / "data", 3)
    with closing(Store(tmp_path / "data")) as store:
        assert [row["free_at"] for row in store.read("SELECT free_at FROM slots")] == [75]


def test_a_start_waits_for_another_that_is_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        def see(sql: str) -> None:
            seen.append(sql)
            if sql == "BEGIN EXCLUSIVE":
                other.rollback()

        class Watched(sqlite3.Connection):
            def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 (handed on)
                super().__init__(*arguments, **options)
                self.set_trace_callback(see)

        monkeypatch.setattr(sqlite3, "connect", Watched)
        Store(tmp_path).close()
    set_up = "PRAGMA journal_mode = WAL"
    assert seen[:4] == [set_up, "BEGIN EXCLUSIVE", "ROLLBACK", set_up], "the first was refused at once"
    assert dump(tmp_path / FILE)[0] == VERSION


@pytest.mark.parametrize("held", ["BEGIN IMMEDIATE", "BEGIN; SELECT * FROM sqlite_schema"])
def test_a_start_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str) -> None:
    monkeypatch.setattr(module, "_PATIENCE", 0.0)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("CREATE TABLE a (b)")
        other.executescript(held)
        reading = other.execute("SELECT * FROM a")
        assert "(database is locked)" in refusal(tmp_path)
        reading.close()


DIE_AT_EACH_STATEMENT = """
import os, signal, sqlite3, sys
from pathlib import Path
from bot.store import Store

connect = sqlite3.connect

def dying(*arguments, **options):
    def step(sql):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    connection = connect(*arguments, **options)
    connection.set_trace_callback(step)
    return connection

sqlite3.connect = dying
for left in range(100):
    child = os.fork()
    if child == 0:
        Store(Path(sys.argv[1], str(left)))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL
print(left)
"""


@unix
def test_a_start_that_is_cut_short_leaves_nothing_half_made(tmp_path: Path) -> None:
    out, _ = child(DIE_AT_EACH_STATEMENT, tmp_path).communicate()
    assert int(out) > 10
    whole = dump(tmp_path / out.strip() / FILE)
    assert whole[0] == VERSION
    empty = (0, ["BEGIN TRANSACTION;", "COMMIT;"])
    for step in range(int(out)):
        file = tmp_path / str(step) / FILE
        assert dump(file) in (empty, whole)
        Store(file.parent).close()
        assert dump(file) == whole


def test_a_newer_schema_keeps_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store(tmp_path)) as store:
        keep(store, 1)
    more = "ALTER TABLE servers ADD COLUMN language TEXT NOT NULL DEFAULT 'en'\n\nCREATE TABLE further (a)"
    monkeypatch.setattr(module, "MIGRATIONS", (*module.MIGRATIONS, more))
    for _ in range(2):
        with closing(Store(tmp_path)) as store:
            assert [tuple(row) for row in store.read("SELECT guild, language FROM servers")] == [(1, "en")]
    assert dump(tmp_path / FILE)[0] == VERSION + 1


def test_a_migration_that_fails_leaves_the_schema_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store(tmp_path)) as store:
        keep(store, 1)
    before = dump(tmp_path / FILE)
    with monkeypatch.context() as patch:
        patch.setattr(module, "MIGRATIONS", (*module.MIGRATIONS, "DROP TABLE slots\n\nDROP TABLE none"))
        assert "no such table: none" in refusal(tmp_path)
    assert dump(tmp_path / FILE) == before
    Store(tmp_path).close()


def test_a_file_of_a_newer_version(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    assert refusal(tmp_path) == (
        f"DATA: {tmp_path / FILE}: was made by a newer version (schema {VERSION + 1}, this one knows {VERSION}): "
        "run that one, or put an older backup in its place"
    )


@pytest.mark.parametrize("damage", ["no database", "first page", "cut short"])
def test_a_file_that_is_no_database_or_damaged(tmp_path: Path, damage: str) -> None:
    file = tmp_path / FILE
    Store(tmp_path).close()
    data = file.read_bytes()
    match damage:
        case "no database":
            data = b"A cat sat.\n" * 100
        case "first page":
            data = data[:100] + b"\xff" * 3996 + data[4096:]
        case "cut short":
            data = data[:5000]
    file.write_bytes(data)
    assert refusal(tmp_path) == (f"DATA: {file}: is damaged or no database: move it away, or put a backup in its place")
    assert file.read_bytes() == data, "left as it was"


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("A cat sat.")
    line = refusal(tmp_path / "data")
    assert line.startswith(f"DATA: {tmp_path / 'data' / FILE}: cannot be made or opened (")
    assert line.endswith("): name a folder in which the bot may write")


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert refusal(tmp_path).endswith(
        "cannot be used (unable to open database file): see that the bot may write there and the disk has room"
    )


@unix
@pytest.mark.parametrize("made", [False, True])
def test_a_folder_in_which_it_may_not_write(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    if made:
        Store(folder).close()
    folder.chmod(0o555)
    with nobody(folder):
        line = refusal(folder)
    assert line == (
        f"DATA: {folder / FILE}: cannot be made or opened (Permission denied): name a folder in which the bot may write"
    )


WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from bot.store import Store
from corpus import SettingError
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    Store(Path(sys.argv[1]))
except SettingError as error:
    print(error)
"""


@unix
@pytest.mark.parametrize("made", [False, True])
def test_no_room_is_found_out_at_the_start(tmp_path: Path, made: bool) -> None:
    if made:
        Store(tmp_path).close()
    out, _ = child(WITHOUT_ROOM, tmp_path).communicate()
    assert out == (
        f"DATA: {tmp_path / FILE}: cannot be used (disk I/O error): see that the bot may write there "
        "and the disk has room\n"
    )


def test_what_is_deleted_is_nowhere_in_the_file(tmp_path: Path) -> None:
    secret = "who knows what I know " * 1000
    with closing(Store(tmp_path)) as store:
        with store.writing() as connection:
            connection.execute("INSERT INTO servers (guild, channels) VALUES (1, ?)", (secret,))
        with store.writing() as connection:
            connection.execute("DELETE FROM servers")
    assert secret[:22].encode() not in (tmp_path / FILE).read_bytes()


def test_the_log_of_changes_does_not_stay_long(tmp_path: Path) -> None:
    with closing(Store(tmp_path)) as store:
        for text in ("x" * 8_000_000, "", "x"):
            with store.writing() as connection:
                connection.execute("INSERT INTO servers (channels) VALUES (?)", (text,))
        assert (tmp_path / f"{FILE}-wal").stat().st_size < 100_000


def test_a_backup_is_all_there_was_at_one_moment(tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "verbatim.db"
    copy.parent.mkdir()
    with closing(Store(tmp_path / "data")) as store:
        keep(store, 1, 2)
        with store.writing() as connection:
            connection.execute("INSERT INTO servers (guild) VALUES (3)")
            backup(tmp_path / "data", copy)
        assert kept(store) == [1, 2, 3]
        assert [path.name for path in copy.parent.iterdir()] == ["verbatim.db"]
        if sys.platform != "win32":
            assert copy.stat().st_mode & 0o777 == 0o600
        with closing(Store(copy.parent)) as restored:
            assert kept(restored) == [1, 2]
        backup(tmp_path / "data", copy)
        assert dump(copy) == dump(tmp_path / "data" / FILE), "the next takes its place"


def test_a_backup_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError) as error:
        backup(tmp_path / "data", tmp_path / "copy.db")
    assert str(error.value) == (
        f"DATA: {tmp_path / 'data' / FILE}: there is no such file; the bot makes it when it runs"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_backup_onto_the_store_itself(tmp_path: Path) -> None:
    Store(tmp_path).close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(UserError) as error:
        backup(tmp_path, tmp_path / "." / FILE)
    assert str(error.value) == f"{tmp_path / FILE}: is the store itself: name another file"
    assert (tmp_path / FILE).read_bytes() == before


@pytest.mark.parametrize("place", ["nowhere/copy.db", "taken"])
def test_a_backup_that_cannot_be_made(tmp_path: Path, place: str) -> None:
    Store(tmp_path / "data").close()
    (tmp_path / "taken").mkdir()
    with pytest.raises(UserError) as error:
        backup(tmp_path / "data", tmp_path / place)
    assert str(error.value).startswith(f"{tmp_path / place}: cannot be copied from {tmp_path / 'data' / FILE} (")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "taken"], "nothing is left behind"


def test_a_backup_of_what_is_no_database(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"A cat sat.\n" * 100)
    (tmp_path / "copy.db").write_bytes(b"the copy of yesterday")
    with pytest.raises(UserError) as error:
        backup(tmp_path, tmp_path / "copy.db")
    assert "(file is not a database)" in str(error.value)
    assert (tmp_path / "copy.db").read_bytes() == b"the copy of yesterday"
