"""docs/commands.md: all that there is on Discord stands in it, and nothing that is not there."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import Still
from discord import app_commands, ui
from discord_wire import Stub

from bot.asked import KEPT, LISTED_UNANSWERED
from bot.commands import all_commands
from bot.commands.stats import DAYS
from bot.desk import CITED, LEANS_FOR, LONGEST, RANKED, open_desk
from bot.layouts import DOCUMENTS_ON_A_PAGE, LEVELS, ON_A_PAGE, UPLOADS_ON_A_PAGE, settings_view
from bot.pace import PERSON, SERVER
from bot.servers import Server
from bot.settings import Settings
from bot.store import Store
from bot.uploads import MOST
from corpus import LIMITS, Document
from retrieval import Answer

ROOT = Path(__file__).parents[1]
CALLS = [
    node
    for path in sorted((ROOT / "bot").rglob("*.py"))
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Call)
]

Command = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu


def table(heading: str) -> list[list[str]]:
    """The rows of the one table with such a heading over its first column, without that of the headings."""
    document = (ROOT / "docs" / "commands.md").read_text("utf-8")
    (rows,) = re.findall(rf"^\| {heading} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", document, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()]


def first(heading: str) -> list[str]:
    """The first column of that table, without the marks of code."""
    return [row[0].strip("`") for row in table(heading)]


@pytest.fixture
def commands(store: Store) -> list[Command]:
    """Every command that can be used, those of groups among them."""
    silent = Stub(Answer("Who?", (), (), 0.0), Document("a.txt", "A", None, "A."))
    offered = all_commands(open_desk(Still(silent), store, LIMITS, 1))
    return [command for each in offered for command in usable(each)]


def usable(offered: Command | app_commands.Group) -> list[Command]:
    """A command by itself, or those of a group."""
    if isinstance(offered, app_commands.Group):
        return [command for each in offered.commands for command in usable(each)]
    return [offered]


def usage(command: Command) -> str:
    """A command as it is typed, what may be left out in brackets."""
    if isinstance(command, app_commands.ContextMenu):
        return command.qualified_name
    options = [each.display_name if each.required else f"[{each.display_name}]" for each in command.parameters]
    return " ".join([f"/{command.qualified_name}", *options])


def test_every_command_and_no_other(commands: list[Command]) -> None:
    assert sorted(first("command")) == sorted(map(usage, commands))


def test_every_option_and_no_other(commands: list[Command]) -> None:
    typed = [command for command in commands if isinstance(command, app_commands.Command)]
    options = [f"/{command.qualified_name} {option.display_name}" for command in typed for option in command.parameters]
    assert sorted(first("option")) == sorted(options)


def test_every_button_and_no_other() -> None:
    shown = {
        f"{emoji} {label}".strip()
        for call in called("button")
        for label in texts(call.args[0])
        for emoji in texts(named(call, "emoji"))
    }
    assert len(called("Button")) == 1  # in ``button``, so that there are no others
    assert sorted(first("button")) == sorted(shown)


def test_every_list_and_no_other() -> None:
    lists = [call for call in CALLS if name(call).endswith("Select")]
    assert sorted(first("list")) == sorted(text for call in lists for text in texts(named(call, "placeholder")))


def test_every_form_and_no_other() -> None:
    assert len(called("Modal")) == 1  # in ``_form``
    assert sorted(first("form")) == sorted(text for call in called("_form") for text in texts(call.args[0]))
    (asked,) = (text for call in called("Label") for text in texts(named(call, "text")))
    assert all(row[2].startswith(asked) for row in table("form"))


def test_every_level_and_no_other() -> None:
    assert [row[:2] for row in table("level")] == [
        [level.name, "`THRESHOLD`" if level.threshold is None else f"{level.threshold:g}"] for level in LEVELS
    ]


def test_the_limits_are_those_of_the_code(commands: list[Command]) -> None:
    (add,) = (command for command in commands if command.qualified_name == "documents add")
    assert isinstance(add, app_commands.Command)
    panel = settings_view(Server(1), ()).walk_children()
    channels = max(each.max_values for each in panel if isinstance(each, ui.ChannelSelect))
    fields = Settings.model_fields
    assert dict(table("what")) == {
        "a question, or the words of a search": f"{LONGEST} characters",
        "questions and searches of one person": f"{PERSON[0]} in {PERSON[1]:g} seconds",
        "questions and searches in one server": f"{SERVER[0]} in {SERVER[1]:g} seconds",
        "quotes in an answer": f"{CITED}",
        "passages": f"{RANKED}, {ON_A_PAGE} a page",
        "documents on a page of `/sources`": f"{DOCUMENTS_ON_A_PAGE}",
        "documents on a page of `/documents list`": f"{UPLOADS_ON_A_PAGE}",
        "files in one `/documents add`": f"{len(add.parameters)}",
        "one file": f"{fields['max_file_mb'].default:g} MB (`MAX_FILE_MB`)",
        "a server's own documents": f"{MOST}, together {fields['server_mb'].default:g} MB (`SERVER_MB`)",
        "channels that the bot is kept to": f"{channels}",
        "a question that leans on your last one": f"within {LEANS_FOR / 60:g} minutes",
        "`/stats`": f"the last {DAYS} days, {LISTED_UNANSWERED:,} unanswered questions as CSV",
        "a question, and the buttons below its answer": f"kept {KEPT / 86_400:g} days",
    }


def name(call: ast.Call) -> str:
    """What is called, without the module that it is taken from."""
    function = call.func.value if isinstance(call.func, ast.Subscript) else call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def called(function: str) -> list[ast.Call]:
    """Every call of it in the bot."""
    return [call for call in CALLS if name(call) == function]


def named(call: ast.Call, argument: str) -> ast.expr:
    """An argument by its name; no text where it is not given."""
    return next((each.value for each in call.keywords if each.arg == argument), ast.Constant(""))


def texts(node: ast.expr) -> set[str]:
    """The texts that an expression may stand for, with … for what is put into them."""
    if isinstance(node, ast.IfExp):
        return texts(node.body) | texts(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return {
            "".join(
                "…" if isinstance(part, ast.FormattedValue) else str(ast.literal_eval(part)) for part in node.values
            )
        }
    return {str(ast.literal_eval(node))}
