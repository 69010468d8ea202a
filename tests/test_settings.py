"""Settings from the environment or a file, checked once."""

from pathlib import Path

import pytest

from bot.settings import Settings, read_settings
from corpus import SettingError


def test_defaults() -> None:
    settings = read_settings()
    assert settings.model_dump() == {
        "documents": Path(__file__).parents[1] / "corpus" / "documents",
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
