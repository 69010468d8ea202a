"""Settings from the environment or a file, checked once."""

import tracemalloc
from pathlib import Path

import pytest

from bot.settings import Settings, read_settings
from corpus import SettingError


def test_defaults() -> None:
    settings = read_settings()
    assert settings.model_dump() == {
        "documents": Path(__file__).parents[1] / "corpus" / "documents",
        "index": None,
        "threshold": 0.5,
        "max_file_mb": 50,
        "read_seconds": 60.0,
        "read_memory_mb": 1024,
        "data": Path(__file__).parents[1] / "data",
        "server_mb": 20,
        "shard_count": None,
        "shard_ids": None,
        "discord_token": None,
        "log_level": "INFO",
    }


def test_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=secret\nLOG_LEVEL=ERROR\nUNKNOWN=x\nDOCUMENTS=\n")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    settings = read_settings()
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == "secret"
    assert settings.log_level == "DEBUG", "the environment goes before the file"
    assert settings.documents == Settings.model_fields["documents"].default, "what is empty is not set"
    assert "secret" not in repr(settings)


def test_a_wrong_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(SettingError) as error:
        read_settings()
    assert str(error.value) == "LOG_LEVEL: input should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR' (it is 'LOUD')"


def test_a_file_that_is_no_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes(b"DISCORD_TOKEN=\xff\n")
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")
    with pytest.raises(SettingError) as error:
        read_settings()
    assert str(error.value) == ".env: is not UTF-8: save it again with the encoding UTF-8"


def test_the_level_may_be_written_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "debug")
    assert read_settings().log_level == "DEBUG"


def test_a_home_folder_may_be_written_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCUMENTS", "~/papers")
    monkeypatch.setenv("DATA", "~/kept")
    assert read_settings().documents == Path.home() / "papers"
    assert read_settings().data == Path.home() / "kept"


@pytest.mark.parametrize(
    ("ids", "shards"),
    [
        ("0", (0,)),
        ("0-3,7", (0, 1, 2, 3, 7)),
        (" 3 - 4 , 1 ", (1, 3, 4)),
        ("3,3,2-3", (2, 3)),
        ("15", (15,)),
        ("007", (7,)),
    ],
)
def test_the_shards_of_a_process(monkeypatch: pytest.MonkeyPatch, ids: str, shards: tuple[int, ...]) -> None:
    monkeypatch.setenv("SHARD_COUNT", "16")
    monkeypatch.setenv("SHARD_IDS", ids)
    assert (read_settings().shard_ids, read_settings().shard_count) == (shards, 16)


def test_all_shards_run_in_one_process_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHARD_COUNT", "16")
    assert read_settings().shard_ids is None


NO_NUMBERS = "SHARD_IDS: must be numbers and ranges, as in 0-3,7 (it is {!r})"
TOO_FAR = "SHARD_IDS: must be numbers from 0 to 15, below SHARD_COUNT (it is {!r})"


@pytest.mark.parametrize(
    ("ids", "line"),
    [
        *[
            (ids, NO_NUMBERS)
            for ids in ("x", "0-", "-1", "0,", ",", "0--3", "0-3-5", "1.5", "٣", "0 1", "[0]", "9" * 5000)
        ],
        *[(ids, TOO_FAR) for ids in ("16", "0-16", "3-0", "0-999999999", "999999998-999999999", "0,999999999")],
    ],
)
def test_shards_that_there_are_not_are_one_line_and_take_no_memory(
    monkeypatch: pytest.MonkeyPatch, ids: str, line: str
) -> None:
    monkeypatch.setenv("SHARD_COUNT", "16")
    monkeypatch.setenv("SHARD_IDS", ids)
    tracemalloc.start()
    with pytest.raises(SettingError) as error:
        read_settings()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
    assert str(error.value) == line.format(ids)


@pytest.mark.parametrize("count", [None, "0", "-1", "x", "999999999", "1e9"])
def test_which_shards_says_nothing_without_how_many(monkeypatch: pytest.MonkeyPatch, count: str | None) -> None:
    monkeypatch.setenv("SHARD_IDS", "0-999999998")
    if count:
        monkeypatch.setenv("SHARD_COUNT", count)
    with pytest.raises(SettingError) as error:
        read_settings()
    assert str(error.value).startswith("SHARD_COUNT: " if count else "SHARD_IDS: needs SHARD_COUNT")
    assert "\n" not in str(error.value)
