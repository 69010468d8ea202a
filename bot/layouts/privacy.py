"""What is stored of a person, and the way to have it deleted."""

from bot.asked import KEPT
from bot.layouts.parts import Layout, button
from bot.presses import custom_id
from bot.servers import KEPT_AFTER
from bot.wording import counted

_DAY = 86_400.0  # seconds

_STORED = """\
- **Of each question and search:** its words, when and in which channel you sent it, your Discord id, what I quoted, \
and your 👍 or 👎. The buttons under an answer and follow-ups need this.
- **Of a document that you add to a server:** your Discord id beside it, until the document is removed."""

_KEPT = f"""\
**How long:** a question, {KEPT / _DAY:.0f} days. What belongs to a server, at most {KEPT_AFTER / _DAY:.0f} days \
after it removed me.
**Who sees it:** whoever manages a server sees in `/stats` what I could not answer there or got a 👎, unless asked \
with `private`, and never who asked. Whoever runs me can read all of it."""

_NOT_MINE = "-# Messages on Discord, mine among them, are kept by Discord: delete them there."

_SURE = """\
### Delete what you asked?
Your questions and searches are deleted, in all servers and direct messages, and so are your 👍 and 👎. Documents that \
you added stay, without your id. The buttons under my answers to you will do nothing any more. This cannot be undone."""


def privacy_view() -> Layout:
    """What is stored, for how long, and who sees it."""
    delete = button("Delete what I asked", custom_id("forget"), emoji="🗑️")
    return Layout(["### What I store of you", _STORED, _KEPT], [_NOT_MINE], rows=[[delete]])


def forget_view() -> Layout:
    """Whether it is really to be deleted."""
    delete = button("Yes, delete", custom_id("forgotten"), style="danger")
    return Layout([_SURE], rows=[[delete, button("Keep it", custom_id("privacy"))]])


def forgotten_view(number: int) -> Layout:
    """How many questions and searches were deleted."""
    return Layout([f"Deleted: {counted(number, 'questions')}, in all servers and direct messages."], [_NOT_MINE])
