"""What a person is told of the bot itself: how to use it, and what to do about a button of old."""

from bot.layouts.parts import Layout, button
from bot.presses import custom_id

_ABOUT = (
    "I answer questions about a set of documents, only in their own words, and say where each answer stands; "
    "where they do not say, I say so."
)
_HOW = """\
- **Ask** with `/ask`, by mentioning me, in a direct message, or on anyone's message: *Apps* → *Ask the documents*.
- **Check** me: *Context* shows a quote where it stands, *More passages* what else comes near. Bold words \
answer; where none are, I was not sure which they are.
- **Go on** with *Follow up*, or by answering my message: “and when?”, “why did she?”
- **Look around** with `/search` for passages by words, and `/sources` for the documents themselves."""
_MANAGING = (
    "-# Whoever manages the server: `/documents` adds documents of its own, `/settings` says where I may speak, "
    "`/stats` shows what was asked."
)
_PRIVACY = "-# `/privacy` says what is stored, and deletes what you asked."

_STALE = "This belongs to something that is not there any more: it was deleted, or the document has changed since."


def help_view() -> Layout:
    """How to use the bot."""
    return Layout(["### Ask the documents", _ABOUT, _HOW], [_MANAGING, _PRIVACY])


def stale_view(asked: str) -> Layout:
    """That a button is stale, and a way to ask again; ``asked`` is the id of what was asked, if that is there yet."""
    again = custom_id("again", *filter(None, [asked]))
    return Layout([_STALE], rows=[[button("Ask again", again, emoji="🔁")]])
