"""Records → messages of components: pure functions, one module a kind of message."""

from bot.layouts.answers import Offers, answer_view, forwarded_view, shared_view
from bot.layouts.documents import (
    ADDED,
    READING,
    REFUSED,
    WAITING,
    Adding,
    adding_view,
    export_view,
    removed_view,
    uploads_view,
)
from bot.layouts.documents import ON_A_PAGE as UPLOADS_ON_A_PAGE
from bot.layouts.help import help_view, stale_view
from bot.layouts.parts import Layout
from bot.layouts.passages import ON_A_PAGE, ROOM, context_view, passages_view
from bot.layouts.privacy import forget_view, forgotten_view, privacy_view
from bot.layouts.settings import ASKED_IN, LEVELS, PASSED_ON_TO, settings_view
from bot.layouts.sources import ON_A_PAGE as DOCUMENTS_ON_A_PAGE
from bot.layouts.sources import card_view, choice, file_name, key, sources_view
from bot.layouts.stats import CHART, UNANSWERED, stats_view

__all__ = [
    "ADDED",
    "ASKED_IN",
    "CHART",
    "DOCUMENTS_ON_A_PAGE",
    "LEVELS",
    "ON_A_PAGE",
    "PASSED_ON_TO",
    "READING",
    "REFUSED",
    "ROOM",
    "UNANSWERED",
    "UPLOADS_ON_A_PAGE",
    "WAITING",
    "Adding",
    "Layout",
    "Offers",
    "adding_view",
    "answer_view",
    "card_view",
    "choice",
    "context_view",
    "export_view",
    "file_name",
    "forget_view",
    "forgotten_view",
    "forwarded_view",
    "help_view",
    "key",
    "passages_view",
    "privacy_view",
    "removed_view",
    "settings_view",
    "shared_view",
    "sources_view",
    "stale_view",
    "stats_view",
    "uploads_view",
]
