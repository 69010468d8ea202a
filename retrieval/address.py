"""Where an engine is that holds the documents; and the way there, which needs packages that not everybody has."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from corpus import Document, SettingError, printable
from retrieval.answerer import Source

LITE = ".db"  # what the path of a file of milvus-lite ends in

_NAME = re.compile(r"[A-Za-z_]\w{0,199}", re.ASCII)
_PREFIX, _PORT, _DOCUMENTS = "milvus+", 19530, "verbatim"


class Address(NamedTuple):
    """Where an engine is, as pymilvus takes it; the name of the documents there; and what opens it, a secret.

    ``token`` is ``user:password`` or a key, empty where the engine asks for none.
    """

    uri: str
    name: str = _DOCUMENTS
    token: str = ""

    @classmethod
    def parse(cls, setting: str) -> "Address | None":
        """The address that INDEX names, None if it names no engine.

        ``milvus+http://host:19530/name`` and ``milvus+https://user:password@host/name`` name a server, a path that ends
        in ``.db`` a file of milvus-lite, also as ``milvus+file:///path/x.db``. The name is optional. Raises
        SettingError.
        """
        if not setting.startswith(_PREFIX):
            if "://" in setting:
                raise SettingError("INDEX: an engine is milvus+http://host:19530, and no folder has :// in its name")
            return cls._file(setting) if setting.endswith(LITE) else None
        try:
            parts = urlsplit(setting.removeprefix(_PREFIX))
            port = parts.port or (443 if parts.scheme == "https" else _PORT)
        except ValueError:
            raise SettingError("INDEX: its port must be a number up to 65535, as in milvus+http://host:19530") from None
        if parts.scheme == "file" and not parts.netloc and parts.path.endswith(LITE):
            return cls._file(unquote(parts.path))
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise SettingError(
                "INDEX: must be milvus+http://host:19530/name, milvus+https://user:password@host:19530/name, or a path "
                "that ends in .db"
            )
        name = parts.path.strip("/") or _DOCUMENTS
        if not _NAME.fullmatch(name):
            raise SettingError(f"INDEX: a name must be letters, digits and _, the first no digit (it is {name!r})")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(f"{parts.scheme}://{host}:{port}", name, unquote(parts.netloc.rpartition("@")[0]))

    @property
    def shown(self) -> str:
        """What of it may be shown."""
        return self.uri if self.uri.endswith(LITE) else f"{self.uri}/{self.name}"

    @classmethod
    def _file(cls, path: str) -> "Address":
        found = path_of(path)
        if not found.absolute().parent.is_dir():
            raise SettingError(f"INDEX: {path} cannot be made: there is no folder {found.parent}")
        return cls(str(found))


def path_of(path: str) -> Path:
    """The path that INDEX names. Raises SettingError for the home of somebody unknown."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise SettingError(f"INDEX: {printable(path)} is in the home of somebody who is not known here") from None


class SharedDocuments(Protocol):
    """Documents on an engine, as ``sharing.Shared`` has them. Whatever is asked of them may raise IndexProblem."""

    def index(self) -> Source:
        """What is there now."""

    def changed(self, index: Any, /) -> bool:  # noqa: ANN401 (what ``index`` gave)
        """Whether there is something else by now than in an index of theirs."""

    def build(self, documents: Iterable[Document], *, anew: bool = False) -> None:
        """Brings what is there to these documents and no others."""

    def tidy(self) -> None:
        """Removes what was built before and is not served any more."""


def shared(address: Address) -> SharedDocuments:
    """The documents at an address; nothing is asked of the engine yet. Raises SettingError without pymilvus."""
    try:
        from retrieval.engine import Engine  # noqa: PLC0415 (a second of loading, and not installed everywhere)
        from retrieval.sharing import Shared  # noqa: PLC0415
    except ModuleNotFoundError:
        raise SettingError("INDEX: an index on Milvus needs pymilvus: `make milvus` installs it") from None
    return Shared(Engine(address))
