"""How INDEX names an engine."""

import sys

import pytest

from corpus import SettingError
from retrieval.address import Address, shared


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("milvus+http://host", Address("http://host:19530")),
        ("milvus+http://host:1/News_2", Address("http://host:1", "News_2")),
        ("milvus+https://host/", Address("https://host:443")),
        ("milvus+http://me:a%40b:c@h:1/n", Address("http://h:1", "n", "me:a@b:c")),
        ("milvus+https://key@h:1", Address("https://h:1", token="key")),
        ("milvus+http://[::1]:1", Address("http://[::1]:1")),
        ("milvus+file:///a%20b.db", Address("/a b.db")),
        ("/x.db", Address("/x.db")),
        ("/index", None),
    ],
)
def test_an_address(setting: str, expected: Address | None) -> None:
    assert Address.parse(setting) == expected


def test_what_is_shown_of_an_address() -> None:
    assert Address("http://h:1", "n", "me:secret").shown == "http://h:1/n"
    assert Address("/x.db").shown == "/x.db"


@pytest.mark.parametrize(
    "setting",
    [
        "milvus+http://",
        "milvus+http://:19530",
        "milvus+http://host:port",
        "milvus+http://host:99999",
        "milvus+ftp://host",
        "milvus+http://host/a/b",
        "milvus+http://host/1st",
        "milvus+http://host?x",
        "milvus+file:///folder",
        "milvus+",
        "/no/such/folder/x.db",
        "http://host",
        "~nobody-known-here/x.db",
    ],
)
def test_an_address_that_is_wrong_ends_in_one_line_without_its_password(setting: str) -> None:
    with pytest.raises(SettingError, match=r"^INDEX: [^\n]+$") as raised:
        Address.parse(setting.replace("://", "://me:secret@"))
    assert "secret" not in str(raised.value)


def test_without_the_client(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("retrieval.engine", "retrieval.sharing"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    address = Address.parse("milvus+http://host")
    assert address is not None
    with pytest.raises(SettingError, match=r"^INDEX: an index on Milvus needs pymilvus: `make milvus` installs it$"):
        shared(address)
