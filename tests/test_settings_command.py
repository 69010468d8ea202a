"""/settings, from the interaction that Discord sends to what is stored and shown."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Still
from discord_wire import (
    BUTTON,
    CALLBACK,
    CHANNEL,
    CHANNEL_ELSEWHERE,
    CHANNELS,
    EDIT,
    ELSEWHERE,
    FORUM,
    LIST,
    MEMBER,
    NEWS,
    QUIET,
    ROLE,
    ROLE_ELSEWHERE,
    ROLES,
    SERVER,
    VOICE,
    People,
    Where,
)

from bot.commands import all_presses
from bot.layouts import LEVELS, settings_view
from bot.layouts.settings import Level
from bot.presses import parse
from bot.servers import Server
from retrieval import Answerer

HERE = int(SERVER)
NOTHING = Server(HERE)
ALL = Server(HERE, (int(CHANNEL), int(FORUM)), True, 0.7, int(NEWS), int(ROLE))

INTEGRATIONS = "-# A role without *Manage Server* must also be allowed `/documents`: *Server Settings → Integrations*."
SAID_OF_NOTHING = [
    "### Settings of this server\n-# What you choose holds at once.",
    "**Where I may speak:** everywhere.",
    "**Who sees answers to** `/ask`, unless asked otherwise: all.",
    "**How sure an answer must be:** As the bot has it.",
    "**What the documents do not answer** is left at that.",
    f"**Who may add documents:** whoever has *Manage Server*.\n{INTEGRATIONS}",
]
SAID_OF_ALL = [
    "### Settings of this server\n-# What you choose holds at once.",
    "**Where I may speak:** <#300>, <#302>, and threads there. Elsewhere only who uses a command sees what I say.",
    "**Who sees answers to** `/ask`, unless asked otherwise: who asks alone.",
    "**How sure an answer must be:** Cautious (0.7).",
    "**What the documents do not answer** can be passed on to <#301>.",
    f"**Who may add documents:** whoever has *Manage Server*, and <@&700>.\n{INTEGRATIONS}",
]

CHOICES: list[tuple[str, int, tuple[str, ...], dict[str, Any]]] = [
    ("v1:set:channels", CHANNELS, (CHANNEL, FORUM), {"channels": ALL.channels}),
    ("v1:set:private:yes", BUTTON, (), {"private": True}),
    ("v1:set:threshold", LIST, ("Cautious",), {"threshold": 0.7}),
    ("v1:set:people", CHANNELS, (NEWS,), {"people": ALL.people}),
    ("v1:set:curators", ROLES, (ROLE,), {"curators": ALL.curators}),
]
TAKEN_BACK: list[tuple[str, int, tuple[str, ...], dict[str, Any]]] = [
    ("v1:set:channels", CHANNELS, (), {"channels": ()}),
    ("v1:set:private:no", BUTTON, (), {"private": False}),
    ("v1:set:threshold", LIST, ("As the bot has it",), {"threshold": None}),
    ("v1:set:people", CHANNELS, (), {"people": None}),
    ("v1:set:curators", ROLES, (), {"curators": None}),
]


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answerer: Answerer) -> Iterator[People]:
    people = People(monkeypatch, tmp_path, Still(answerer))
    yield people
    people.store.close()


@pytest.mark.parametrize(("server", "said"), [(NOTHING, SAID_OF_NOTHING), (ALL, SAID_OF_ALL)])
def test_what_is_set_is_shown_to_one_alone(people: People, server: Server, said: list[str]) -> None:
    people.desk.servers.put(server)
    shown = people.use("settings")
    assert shown.kinds == [CALLBACK, EDIT]
    assert shown.first == {"type": 5, "data": {"flags": 64}}
    assert shown.texts == said


def test_what_is_set_is_chosen_in_the_lists(people: People) -> None:
    people.desk.servers.put(ALL)
    lists = [part for part in people.use("settings").parts if part["type"] in (LIST, CHANNELS, ROLES)]
    chosen = [[str(value["id"]) for value in part.get("default_values", [])] for part in lists]
    assert chosen == [[CHANNEL, FORUM], [], [NEWS], [ROLE]]
    assert [option["label"] for option in lists[1]["options"] if option["default"]] == ["Cautious (0.7)"]


@pytest.mark.parametrize(("custom_id", "kind", "values", "change"), CHOICES)
def test_a_choice_holds_at_once(
    people: People, custom_id: str, kind: int, values: tuple[str, ...], change: dict[str, Any]
) -> None:
    said = people.press(custom_id, kind, values)
    assert people.desk.servers.get(HERE) == replace(NOTHING, **change)
    assert (said.kinds, said.first) == ([CALLBACK, EDIT], {"type": 6})
    assert said.texts == people.use("settings").texts != SAID_OF_NOTHING


@pytest.mark.parametrize(("custom_id", "kind", "values", "change"), TAKEN_BACK)
def test_a_choice_is_taken_back_and_leaves_the_others(
    people: People, custom_id: str, kind: int, values: tuple[str, ...], change: dict[str, Any]
) -> None:
    people.desk.servers.put(ALL)
    people.press(custom_id, kind, values)
    assert people.desk.servers.get(HERE) == replace(ALL, **change)


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_can_be_chosen(people: People, level: Level) -> None:
    people.press("v1:set:threshold", LIST, (level.name,))
    assert people.desk.servers.get(HERE).threshold == level.threshold


def test_who_may_not_manage_the_server_changes_nothing(people: People) -> None:
    people.desk.servers.put(ALL)
    refusals = {people.use("settings", permissions=MEMBER).refusal}
    for custom_id, kind, values, _ in TAKEN_BACK:
        refusals.add(people.press(custom_id, kind, values, permissions=MEMBER).refusal)
    assert refusals == {"This is for whoever may manage this server."}
    assert people.desk.servers.get(HERE) == ALL


@pytest.mark.parametrize("where", [{"server": None}, {"added": False}], ids=["direct", "brought along"])
def test_there_is_nothing_to_set_where_no_server_has_added_the_bot(people: People, where: Where) -> None:
    refusals = {people.use("settings", **where).refusal}
    refusals |= {people.press(custom_id, kind, values, **where).refusal for custom_id, kind, values, _ in CHOICES}
    assert refusals == {"This is for a server that has added me\\: use it there."}
    assert people.desk.servers.known() == set()


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("channels", CHANNELS, CHANNEL_ELSEWHERE),
        ("channels", CHANNELS, VOICE),
        ("channels", CHANNELS, ROLE),
        ("channels", CHANNELS, "999"),
        ("channels", CHANNELS, "no number"),
        ("people", CHANNELS, CHANNEL_ELSEWHERE),
        ("people", CHANNELS, FORUM),
        ("curators", ROLES, ROLE_ELSEWHERE),
        ("curators", ROLES, CHANNEL),
        ("curators", ROLES, SERVER),  # @everyone
    ],
)
def test_only_what_fits_and_is_the_servers_own_can_be_set(people: People, name: str, kind: int, value: str) -> None:
    people.desk.servers.put(ALL)
    line = people.press(f"v1:set:{name}", kind, (value,)).refusal
    assert line == "That cannot be set here, or is not in this server any more\\: choose another."
    assert people.desk.servers.get(HERE) == ALL


@pytest.mark.parametrize("custom_id", ["v1:set:threshold", "v1:set:left_at", "v0:set:threshold"])
def test_what_an_older_panel_offers_is_stale(people: People, custom_id: str) -> None:
    said = people.press(custom_id, LIST, ("Reckless",))
    assert said.first["data"]["flags"] & 64
    assert said.texts[0].startswith("This belongs to something that is not there any more")
    assert people.desk.servers.known() == set()


def test_servers_do_not_see_or_change_each_other(people: People) -> None:
    people.desk.servers.put(ALL)
    assert people.use("settings", server=ELSEWHERE).texts == SAID_OF_NOTHING
    people.press("v1:set:channels", CHANNELS, (CHANNEL_ELSEWHERE,), server=ELSEWHERE)
    assert people.desk.servers.get(HERE) == ALL
    assert people.desk.servers.get(int(ELSEWHERE)) == Server(int(ELSEWHERE), (int(CHANNEL_ELSEWHERE),))


def test_a_channel_where_the_bot_may_not_write_is_told(people: People) -> None:
    said = people.press("v1:set:people", CHANNELS, (QUIET,))
    assert said.texts[4] == (
        "**What the documents do not answer** can be passed on to <#304>.\n"
        "⚠️ I may not write there: allow me *View Channel* and *Send Messages*."
    )


def test_what_was_deleted_is_said_but_not_chosen_in_a_list(people: People) -> None:
    people.desk.servers.put(ALL)
    people.servers = deepcopy(people.servers)
    people.servers[0] |= {"channels": [], "roles": people.servers[0]["roles"][:1]}
    said = people.use("settings")
    assert said.texts == SAID_OF_ALL
    assert [part for part in said.parts if part.get("default_values")] == []


def test_a_threshold_that_is_no_level_is_said(people: People) -> None:
    people.desk.servers.put(replace(NOTHING, threshold=0.42))
    assert people.use("settings").texts[3] == "**How sure an answer must be:** 0.42."


def test_the_fullest_panel_has_room_and_all_that_it_offers_is_answered(people: People) -> None:
    long = 2**63 - 1
    view = settings_view(Server(HERE, (long,) * 25, True, 0.7, long, long), {long}, mute=True)
    assert view.content_length() <= 3900
    pressed = [parse(part.custom_id) for part in view.walk_children() if hasattr(part, "custom_id")]
    assert {press.name in all_presses(people.desk) for press in pressed if press} == {True}
    assert len(pressed) == 5
