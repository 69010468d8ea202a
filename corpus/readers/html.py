"""A web page → Document: its main text, without menus, banners and comments, by trafilatura; and its address."""

from datetime import date

import trafilatura
from lxml import html

from corpus.document import Document
from corpus.encoding import decode
from corpus.links import web_address
from corpus.readers import markup
from corpus.readers.draft import Draft

_DATES = {"extensive_search": False, "original_date": True, "max_date": "9999-12-31"}  # what the page says, no guessing


def read(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a page. Raises DocumentError."""
    page = decode(data).encode()
    tree = trafilatura.load_html(page)
    draft = Draft()
    if tree is None:
        return draft.document(identifier)
    known = trafilatura.extract_metadata(page, date_config=_DATES)
    main = trafilatura.extract(page, output_format="html", include_comments=False, include_tables=True)
    markup.write(draft, html.document_fromstring(main) if main else tree)
    day = date.fromisoformat(known.date) if known and known.date else None
    return draft.document(identifier, (known and known.title) or "", day, web_address(known and known.url))
