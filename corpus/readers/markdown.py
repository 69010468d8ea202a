"""Markdown → Document: its words as they are seen, without markup; title, date and address by the front matter."""

from datetime import date, datetime

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin

from corpus.dates import read_date
from corpus.document import Document
from corpus.encoding import decode
from corpus.links import web_address
from corpus.readers import markup
from corpus.readers.draft import Draft, squeezed


def read(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a Markdown file (CommonMark and tables). Raises DocumentError."""
    parser = MarkdownIt("commonmark").enable("table").enable("strikethrough").use(front_matter_plugin)
    tokens = parser.parse(decode(data))
    front = _front_matter(tokens[0].content) if tokens and tokens[0].type == "front_matter" else {}
    draft = Draft()
    markup.write(draft, markup.parsed(parser.renderer.render(tokens, parser.options, {})))
    title, day, url = front.get("title"), front.get("date"), front.get("url")
    title = squeezed(str(title)) if isinstance(title, str | int | float | date) else ""  # a list is never written out
    return draft.document(identifier, title, _day(day), web_address(url))


def _front_matter(source: str) -> dict[str, object]:
    """What stands between the lines of dashes that a file opens with; nothing if that is not YAML."""
    try:
        front = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError):  # ValueError: a date like 2024-02-31
        return {}
    return front if isinstance(front, dict) else {}


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        return read_date(value)
    return value if isinstance(value, date) else None
