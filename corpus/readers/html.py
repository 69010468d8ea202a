"""A web page → Document: its main text, without menus, banners and comments, by trafilatura; and its address.

Where a page says which part of it is the main one, trafilatura finds its text. Where it does not, as manuals and pages
written by hand do not, trafilatura keeps loose paragraphs only; so all is kept but what is known to be something else.
"""

from copy import deepcopy
from datetime import date
from typing import cast

import trafilatura
from lxml import etree, html
from trafilatura.htmlprocessing import prune_unwanted_nodes, tree_cleaning
from trafilatura.settings import Extractor
from trafilatura.xpaths import BODY_XPATH, OVERALL_DISCARD_XPATH, REMOVE_COMMENTS_AND_LISTS_XPATH

from corpus.document import Document
from corpus.encoding import decode
from corpus.links import web_address
from corpus.readers import markup
from corpus.readers.draft import Draft

_DATES = {"extensive_search": False, "original_date": True, "max_date": "9999-12-31"}  # what the page says, no guessing
_PLAIN = ("code", "time", "output", "label")  # elements in a sentence that trafilatura would break it at, or leave out
_ANCHORS = frozenset("¶#§🔗⚓↩↑")  # what a link from a heading to itself shows

_NAMED = " or ".join(
    f"contains({attribute}, '{cue}')"
    for attribute in ("@class", "@id", "@itemprop")
    for cue in ("date", "Date", "time", "publish", "posted", "byline", "title")
)
_HEAD = frozenset(["title", "meta", "link", "script"])
_ABOUT = etree.XPath(
    "//title | //meta | //link | //script[@type='application/ld+json'] | //h1 | //h2 | //time | //abbr"
    f" | //body//*[not(*/*)][{_NAMED}]"
)
_MENUS = etree.XPath(
    ".//*[self::ul or self::ol or self::dl or self::p or self::div]"
    "[not(.//ul or .//ol or .//dl or .//p or .//div or .//table)][count(.//a) > 1]"
)


def read(identifier: str, data: bytes) -> Document:
    """The document in the bytes of a page. Raises DocumentError."""
    tree = trafilatura.load_html(decode(data).encode())
    draft = Draft()
    if tree is None:
        return draft.document(identifier)
    for link in list(tree.iter("a")):
        if "".join(link.itertext()).strip() in _ANCHORS:
            link.drop_tree()
    known = trafilatura.extract_metadata(_about(tree), date_config=_DATES)
    etree.strip_tags(tree, *_PLAIN)
    if any(declared(tree) for declared in BODY_XPATH):
        main = trafilatura.extract(tree, output_format="html", include_comments=False, include_tables=True)
        markup.write(draft, html.document_fromstring(main) if main else tree)
    else:
        markup.write(draft, _without_menus(tree))
    day = date.fromisoformat(known.date) if known and known.date else None
    return draft.document(identifier, (known and known.title) or "", day, web_address(known and known.url))


def _about(tree: html.HtmlElement) -> html.HtmlElement:
    """What a page says about itself: its text is left out, in which a date would be taken for the page's own."""
    about = html.document_fromstring("<html><head></head><body></body></html>")
    for element in _found(_ABOUT, tree):
        about[element.tag not in _HEAD].append(deepcopy(element))
    return about


def _without_menus(tree: html.HtmlElement) -> html.HtmlElement:
    """A page without what its elements and their names tell to be no text, and without what holds nothing but links."""
    prune_unwanted_nodes(tree, [*REMOVE_COMMENTS_AND_LISTS_XPATH, *OVERALL_DISCARD_XPATH])
    tree = tree_cleaning(tree, Extractor(output_format="html", comments=False))
    for element in _found(_MENUS, tree):
        if _letters(element) == sum(map(_letters, element.iter("a"))):
            element.drop_tree()
    return tree


def _found(path: etree.XPath, tree: html.HtmlElement) -> list[html.HtmlElement]:
    return cast("list[html.HtmlElement]", path(tree))


def _letters(element: html.HtmlElement) -> int:
    return sum(map(str.isalpha, "".join(element.itertext())))
