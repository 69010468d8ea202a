"""Settings: the environment, or a .env file beside the project, checked once and wired in by ``__main__``."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from corpus import LIMITS, Limits, SettingError
from retrieval import THRESHOLD

_SHARDS = 100_000  # far more than any bot has: a slip of the hand must not fill the memory
_RANGE = re.compile(r"\s*([0-9]{1,9})\s*(?:-\s*([0-9]{1,9})\s*)?")
_PROJECT = Path(__file__).resolve().parent.parent


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _numbers(value: object, info: ValidationInfo) -> object:
    """``"0-3,7"`` → 0, 1, 2, 3, 7: shards, all of them below SHARD_COUNT. Raises SettingError."""
    if not isinstance(value, str):
        return value
    if "shard_count" not in info.data:  # it is wrong itself, and said to be
        return ()
    count = info.data["shard_count"]
    if count is None:
        raise SettingError("SHARD_IDS: needs SHARD_COUNT, the number of shards over all processes")
    numbers: set[int] = set()
    for part in value.split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            raise SettingError(f"SHARD_IDS: must be numbers and ranges, as in 0-3,7 (it is {value!r})")
        first, last = int(found[1]), int(found[2] or found[1])
        if not first <= last < count:
            raise SettingError(f"SHARD_IDS: must be numbers from 0 to {count - 1}, below SHARD_COUNT (it is {value!r})")
        numbers.update(range(first, last + 1))
    return tuple(sorted(numbers))


class Settings(BaseSettings):
    """Every setting there is. README lists the same names; a test compares the two."""

    model_config = SettingsConfigDict(env_file=_PROJECT / ".env", env_ignore_empty=True, extra="ignore", frozen=True)

    documents: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        _PROJECT / "corpus" / "documents", description="The folder of documents to answer from."
    )
    index: str | None = Field(
        None, description="Where an index of them is kept, a folder or an engine; none is, if not set."
    )
    threshold: float = Field(
        THRESHOLD, gt=0, lt=1, description="How sure an answer must be: the probability that its first quote answers."
    )
    max_file_mb: int = Field(LIMITS.max_file_mb, gt=0, description="How large a file may be, in millions of bytes.")
    read_seconds: float = Field(LIMITS.read_seconds, gt=0, description="How long it may take to read one file.")
    read_memory_mb: int = Field(
        LIMITS.read_memory_mb, ge=256, description="The memory in which one file must be read, in MB."
    )
    data: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        _PROJECT / "data", description="The folder in which is kept what people asked, and what servers set and added."
    )
    server_mb: int = Field(20, gt=0, description="How much a server may add, in millions of bytes.")
    discord_token: SecretStr | None = Field(None, description="The bot's token; needed by `discord` only.")
    shard_count: int | None = Field(
        None, gt=0, le=_SHARDS, description="How many shards the bot has, over all its processes."
    )
    shard_ids: Annotated[tuple[int, ...] | None, NoDecode, BeforeValidator(_numbers)] = Field(
        None, description="Which of them this process runs."
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        "INFO", description="How much the bot logs."
    )

    @property
    def limits(self) -> Limits:
        """What reading one file may cost."""
        return Limits(self.max_file_mb, self.read_seconds, self.read_memory_mb)


def read_settings() -> Settings:
    """The settings of this process. Raises SettingError naming the first variable that is wrong, and what it may be."""
    try:
        return Settings()
    except UnicodeDecodeError:  # the environment is decoded whatever its bytes; the file is not
        raise SettingError(".env: is not UTF-8: save it again with the encoding UTF-8") from None
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(map(str, first["loc"])).upper()
        raise SettingError(f"{name}: {first['msg'][0].lower()}{first['msg'][1:]} (it is {first['input']!r})") from None
