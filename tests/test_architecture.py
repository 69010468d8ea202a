"""What may import what, and that what is documented is what there is."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot import __main__
from bot.asked import KEPT
from bot.servers import KEPT_AFTER
from bot.settings import Settings

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpus", "retrieval", "bot")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
MAY_IMPORT = {"corpus": {"corpus"}, "retrieval": {"retrieval", "corpus"}, "bot": {"bot", "retrieval", "corpus"}}


def name(path: Path) -> str:
    """A source file as it is named in a message."""
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[str, str | None]]:
    """Every import of a file, wherever it stands: the module, and the name taken from it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: say which package"
            yield from ((node.module or "", alias.name) for alias in node.names)


def test_there_is_something_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in SOURCES} == set(PACKAGES)
    assert sum(1 for path in SOURCES for _ in imports(path)) > 100


def test_layers() -> None:
    wrong = [
        f"{name(path)} imports {module}"
        for path in SOURCES
        for module, _ in imports(path)
        if (package := module.split(".")[0]) in PACKAGES and package not in MAY_IMPORT[path.relative_to(ROOT).parts[0]]
    ]
    assert wrong == []


def test_packages_are_imported_from_outside_by_what_they_offer() -> None:
    wrong = []
    for path in SOURCES:
        for module, taken in imports(path):
            package, *inner = module.split(".")
            if package in PACKAGES and package != path.relative_to(ROOT).parts[0]:
                offered = importlib.import_module(package).__all__
                if inner or taken not in offered:
                    wrong.append(f"{name(path)}: {taken} from {module}")
    assert wrong == []


@pytest.mark.parametrize("package", ["corpus", "retrieval"])
def test_what_a_package_offers_is_there(package: str) -> None:
    module = importlib.import_module(package)
    assert [offered for offered in module.__all__ if not hasattr(module, offered)] == []


def test_only_the_discord_modules_import_discord() -> None:
    outside = {
        "bot/__init__.py",
        "bot/__main__.py",
        "bot/around.py",
        "bot/asked.py",
        "bot/console.py",
        "bot/courtesy.py",
        "bot/libraries.py",
        "bot/servers.py",
        "bot/settings.py",
        "bot/slots.py",
        "bot/store.py",
        "bot/uploads.py",
        "bot/wording.py",
    }
    wrong = [
        name(path)
        for path in SOURCES
        if (name(path) in outside or not name(path).startswith("bot/"))
        and any(module.split(".")[0] == "discord" for module, _ in imports(path))
    ]
    assert wrong == []


def test_the_console_starts_without_discord() -> None:
    code = "import sys, bot.console, bot.__main__; print([m for m in sys.modules if m.split('.')[0] == 'discord'])"
    done = subprocess.run(  # noqa: S603 (this Python, and code of our own)
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_every_module_says_what_it_holds() -> None:
    assert [name(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_tests_are_flat() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py")), "it would hide the package under test"
    assert [path for path in (ROOT / "tests").rglob("test_*.py") if path.parent != ROOT / "tests"] == []


def test_every_command_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        __main__.main(["--help"], __main__.Streams(sys.stdin, sys.stdout, sys.stderr))
    commands = re.findall(r"^    (\w+)", capsys.readouterr().out, re.MULTILINE)
    assert len(commands) >= 4
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [command for command in commands if not re.search(rf"\b(?:bot|make|verbatim) {command}\b", readme)] == []


def test_every_setting_is_documented_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").split("## Settings\n")[1].split("\n## ")[0]
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", readme, re.MULTILINE)) == {
        name: "none" if value is None else f"`{relative(value)}`" for name, value in defaults.items()
    }
    example = (ROOT / ".env.example").read_text("utf-8")
    assert sorted(re.findall(r"^#?(\w+)=", example, re.MULTILINE)) == sorted(defaults)


def test_compose_hands_every_setting_on() -> None:
    """The two folders are mounted in the place of being handed on."""
    service = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["verbatim"]
    assert sorted({*service["environment"], "DOCUMENTS", "DATA"} - {"WATCHFILES_FORCE_POLLING"}) == sorted(
        name.upper() for name in Settings.model_fields
    )


def test_how_long_things_are_kept_is_documented() -> None:
    privacy = (ROOT / "docs" / "privacy.md").read_text("utf-8")
    assert set(re.findall(r"(\d+) days", privacy)) == {f"{seconds / 86_400:g}" for seconds in (KEPT, KEPT_AFTER)}


def relative(value: object) -> object:
    """A default as README writes it: paths within the project, whole numbers without a fraction."""
    if isinstance(value, Path):
        return value.relative_to(ROOT).as_posix()
    return f"{value:g}" if isinstance(value, float) else value
