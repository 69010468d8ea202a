"""A citation's address in a real browser: Chromium scrolls to the quote and marks it, to the word."""

import asyncio
import base64
import io
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import aiohttp
import pytest
from PIL import Image

from corpus import link, place, read_document

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

# What is marked is green within the quote and red outside it; what of the quote is not marked stays blue.
STYLE = """
p, li { color: transparent; font: 16px sans-serif; margin: 60px 0 }
i { height: 2000px; display: block }
.quote { background: #00f }
::target-text { background: #f00; color: transparent }
.quote::target-text, .quote *::target-text { background: #0f0; color: transparent }
"""
BEFORE = "The harbour at Gull Point was opened on a Saturday after three years of work, and four hundred people came."
AFTER = (
    "Nobody had expected that so many would come, and so the mayor spoke only for a minute and then went home again."
)


def page(block: str) -> str:
    """A page with a block a long way down."""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>News</title><style>{STYLE}</style>'
        f'<link rel="canonical" href="{{url}}"></head><body><article><h1>News</h1><p>{BEFORE}</p><p>{AFTER}</p><i></i>'
        f"{block}<i></i><p>{AFTER}</p></article></body></html>"
    )


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder and the address at which it is served."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A browser that obeys the Chrome DevTools Protocol: the address of its only tab."""
    assert CHROMIUM
    profile = tmp_path_factory.mktemp("profile")
    command = [
        CHROMIUM,
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
        *(f"--user-data-dir={profile}", "--window-size=800,600", "--remote-debugging-port=0", "about:blank"),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 (the browser itself)
        assert process.stderr
        port = next(match[1] for line in process.stderr if (match := re.search(r"ws://127\.0\.0\.1:(\d+)/", line)))
        with urlopen(f"http://127.0.0.1:{port}/json/list") as tabs:
            yield next(tab["webSocketDebuggerUrl"] for tab in json.load(tabs) if tab["type"] == "page")
        process.terminate()
        process.stderr.read()


async def seen(tab: str, url: str) -> bytes:
    """The picture that the browser shows of a page, once it has loaded and was painted."""
    async with aiohttp.ClientSession() as session, session.ws_connect(tab, max_msg_size=0) as socket:
        numbers = count(1)

        async def call(method: str, **parameters: object) -> dict[str, Any]:
            number = next(numbers)
            await socket.send_json({"id": number, "method": method, "params": parameters})
            while (answer := await socket.receive_json()).get("id") != number:
                if answer.get("method") == "Page.loadEventFired":
                    loaded.set()
            result: dict[str, Any] = answer["result"]
            return result

        loaded = asyncio.Event()
        await call("Page.enable")
        await call("Page.navigate", url=url)
        while not loaded.is_set():
            await call("Runtime.evaluate", expression="0")
        painted = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        await call("Runtime.evaluate", expression=painted, awaitPromise=True)
        picture = await call("Page.captureScreenshot", captureBeyondViewport=False)
        await call("Page.navigate", url="about:blank")
        return base64.b64decode(picture["data"])


def colours(picture: bytes) -> set[str]:
    """What the colours of a picture say."""
    names = {(0, 255, 0): "marked", (255, 0, 0): "marked outside", (0, 0, 255): "not marked"}
    found = Image.open(io.BytesIO(picture)).convert("RGB").getcolors(1 << 24) or []
    return {names[colour] for _, colour in found if colour in names}


def check(browser: str, served: tuple[Path, str], block: str, quote: str, where: str) -> None:
    """The quote, which the page has in its block, is marked, and nothing else."""
    folder, address = served
    url = f"{address}/news.html"
    (folder / "news.html").write_text(page(block).replace("{url}", url), "utf-8")
    document = read_document("news.html", (folder / "news.html").read_bytes())
    start = document.text.rindex(quote)
    found = link(document, start, start + len(quote))
    assert document.url == url
    assert place(document, start, start + len(quote)) == where
    assert found is not None
    assert colours(asyncio.run(seen(browser, found))) == {"marked"}
    assert colours(asyncio.run(seen(browser, url))) == set(), "without the fragment the quote is not even on the screen"


@pytest.mark.parametrize(
    "quote",
    [
        "The tower is tall.",
        "Dogs, cats and a well-known goat – all of them – came too, which nobody had asked for, but so it was.",
        "“It cost us 3,000 dollars & a day's work,” she said – “but it's done.”",
        "Zoë’s café – naïve, isn’t it? – opened at 50% of its size on Groß-Straße #5 + 6 and stays open at night.",
        "灯台は1871年に建てられました。入場料は四ドルで、六歳未満の子供は無料ですが、犬は一匹につき一ドルかかり、自転車は二ドルかかります。",
        "Маяк построили в 1871 году из гранита, потому что буря разрушила прежнюю деревянную башню на этом месте.",
        "تم بناء المنارة في عام 1871 من الجرانيت، لأن العاصفة دمرت البرج الخشبي القديم الذي كان يقف في هذا المكان.",
        "(See also: the “old” harbour.)",
    ],
)
def test_the_quote_and_nothing_else_is_marked(browser: str, served: tuple[Path, str], quote: str) -> None:
    marked = f'{BEFORE} <span class="quote">{quote.replace("&", "&amp;")}</span> {AFTER}'
    check(browser, served, f"<p>{marked}</p>", quote, "paragraph 3")


def test_an_item_is_marked_without_the_bullet_that_the_quote_shows(browser: str, served: tuple[Path, str]) -> None:
    quote = "Bring your own food and something to drink, and leave all glass at home."
    items = f'<ul><li>{BEFORE}</li><li><span class="quote">{quote}</span></li><li>{AFTER}</li></ul>'
    check(browser, served, items, f"• {quote}", "paragraph 4")


def test_the_second_of_two_equal_sentences_is_marked(browser: str, served: tuple[Path, str]) -> None:
    check(browser, served, f'<p>It is so. <span class="quote">{BEFORE}</span> {AFTER}</p>', BEFORE, "paragraph 3")


def test_words_in_bold_and_links_are_words(browser: str, served: tuple[Path, str]) -> None:
    block = '<p>A day. <span class="quote">The <b>tower</b> is <a href="/">very</a> tall and old.</span></p>'
    check(browser, served, block, "The tower is very tall and old.", "paragraph 3")


def test_a_quote_of_two_paragraphs_is_marked_from_the_first_to_the_last_word(
    browser: str, served: tuple[Path, str]
) -> None:
    one, two = "The tower of the harbour was built first.", "It was made of granite that came over the sea."
    block = f'<p>A day. <span class="quote">{one}</span></p><p><span class="quote">{two}</span> {BEFORE}</p>'
    check(browser, served, block, f"{one}\n\n{two}", "paragraphs 3–4")
