"""Settings: the environment, or a .env file beside the project, checked once and wired in by ``__main__``."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus import SettingError
from retrieval import THRESHOLD

_PROJECT = Path(__file__).resolve().parent.parent


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class Settings(BaseSettings):
    """Every setting there is. README lists the same names; a test compares the two."""

    model_config = SettingsConfigDict(env_file=_PROJECT / ".env", env_ignore_empty=True, extra="ignore", frozen=True)

    documents: Annotated[Path, AfterValidator(Path.expanduser)] = Field(
        _PROJECT / "corpus" / "documents", description="The folder of documents to answer from."
    )
    threshold: float = Field(
        THRESHOLD, gt=0, lt=1, description="How sure an answer must be: the probability that its first quote answers."
    )
    discord_token: SecretStr | None = Field(None, description="The bot's token; needed by `discord` only.")
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = Field(
        "INFO", description="How much the bot logs."
    )


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
