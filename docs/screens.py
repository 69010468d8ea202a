"""Draws docs/discord-answer.png and its kin, the pictures in README of what people see on Discord.

Each is a message as the code sends it, about the documents that ship, drawn by Chromium from the very components that
Discord would get; only the figures of /stats are invented. It knows as much of Discord's markdown as these messages
use, and wants a font with emoji (Debian: ``apt-get install chromium fonts-noto-color-emoji``).
"""

import base64
import html
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Any

from discord import ComponentType as Kind
from markdown_it import MarkdownIt
from PIL import Image, ImageChops

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bot.around import stretch  # noqa: E402 (found only through the line above)
from bot.asked import Cited, Day, Statistics, Unanswered  # noqa: E402
from bot.chart import drawn  # noqa: E402
from bot.commands.answering import answered_view  # noqa: E402
from bot.desk import Desk, Where, open_desk  # noqa: E402
from bot.layouts import CHART, ROOM, Layout, context_view, settings_view, stats_view  # noqa: E402
from bot.library import Library  # noqa: E402
from bot.markdown import needed  # noqa: E402
from bot.servers import Server  # noqa: E402
from bot.store import Store  # noqa: E402
from corpus import LIMITS, Shelf  # noqa: E402
from retrieval import Answerer, Index  # noqa: E402

ASKED = "What did Putin say would be a very big mistake?"
UNSAIDS = (
    "What is the capital of Vietnam?",
    "How many people live in Pyongyang?",
    "Who is the foreign minister of Japan?",
    "When was NATO founded?",
)
HERE_ASKED = Where(1, 2, 2, 3)
CHANNELS = {"2": "ask-the-papers", "5": "questions", "7": "Librarians"}

_WIDTH, _SCALE = 600, 2  # CSS pixels of a message, and pixels for each

_STYLE = """
* { box-sizing: border-box; margin: 0 }
html { background: #313338; color: #dbdee1; font: 15px/1.35 "gg sans", "Noto Sans", "DejaVu Sans", sans-serif }
body { width: 600px; padding: 16px }
.name { color: #f2f3f5; font-weight: 600; margin-bottom: 6px }
.app { background: #5865f2; color: #fff; font-size: 10px; padding: 1px 5px; border-radius: 4px; margin-left: 4px }
.box { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid #3f4147; border-radius: 8px;
       padding: 14px; display: grid; gap: 8px }
h3 { font-size: 17px; color: #f2f3f5 }
b, strong { color: #f2f3f5 }
blockquote { border-left: 4px solid #4e5058; padding-left: 10px; border-radius: 3px; min-height: 8px }
small { font-size: 12.5px; color: #949ba4; display: block }
code { background: #1e1f22; border-radius: 4px; padding: 0 4px; font-size: 12.5px }
hr { border: 0; border-top: 1px solid #3f4147 }
a, .mention { color: #00a8fc; text-decoration: none }
.mention { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px }
.row { display: flex; gap: 8px; margin-top: 8px; flex-wrap: wrap }
.button { background: #4e5058; color: #fff; border-radius: 8px; padding: 6px 12px; font-size: 14px; font-weight: 500 }
.primary { background: #5865f2 }
.off { opacity: .5 }
.select { background: #1e1f22; border-radius: 8px; padding: 8px 12px; width: 100%; color: #b5bac1; font-size: 14px }
.file { background: #1e1f22; border-radius: 8px; padding: 8px 12px; color: #00a8fc; width: max-content }
li { margin-left: 20px }
img { width: 100%; border-radius: 8px; display: block }
"""

_markdown = MarkdownIt("commonmark", {"html": False})


def main() -> None:
    """Asks, and draws what would be shown."""
    documents = HERE.parent / "corpus" / "documents"
    shelf = Shelf(documents, LIMITS)
    with TemporaryDirectory() as folder, closing(Store(Path(folder))) as store:
        library = Library(shelf, Index.of(shelf.first().documents), Answerer, lambda *_: None)
        desk = open_desk(library, store, LIMITS, 20)
        desk.servers.change(1, people=5)
        draw("discord-answer", answered_view(desk, HERE_ASKED, ASKED))
        draw("discord-context", context(desk))
        draw("discord-unsaid", answered_view(desk, HERE_ASKED, UNSAIDS[0]))
        draw("discord-settings", settings_view(Server(1, channels=(2,), people=5, curators=7), {2, 5, 7}))
        statistics = month(desk)
        draw("discord-stats", stats_view(statistics), {CHART: drawn(statistics)})


def context(desk: Desk) -> Layout:
    """The document around the first quote of the answer."""
    answer, _, asked = desk.ask(HERE_ASKED, ASKED)
    first = replace(answer.citations[0], highlight=None)
    around = stretch(first.document, (first.start, first.end), 0, ROOM, needed)
    return context_view(asked or "", 0, len(answer.citations), 0, first, around)


def month(desk: Desk) -> Statistics:
    """What may have been asked in a month, and of which documents."""
    last = date(2024, 6, 30)
    days = tuple(Day(last - timedelta(29 - n), (n * 7) % 11 + n // 4, (n * 5) % 4) for n in range(30))
    first, second = desk.documents(HERE_ASKED)
    newest = datetime(2024, 6, 30, 12, tzinfo=UTC).timestamp()
    number = sum(day.unanswered for day in days)
    unanswered = tuple(Unanswered(UNSAIDS[n % len(UNSAIDS)], newest - n * 50_000) for n in range(number))
    cited = (Cited(first.id, first.title, 104), Cited(second.id, second.title, 71))
    return Statistics(days, unanswered, cited, ())


def draw(name: str, view: Layout, files: Mapping[str, bytes] | None = None) -> None:
    """Writes a picture of a message; ``files`` are those attached to it, by their names."""
    chromium = which("chromium") or which("chromium-browser")
    if chromium is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    components: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
    shown = "".join(part(component, files or {}) for component in components)
    page = (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style>'
        f'<div class="name">Verbatim <span class="app">APP</span></div>{shown}'
    )
    with TemporaryDirectory() as folder:
        (Path(folder) / "page.html").write_text(page, "utf-8")
        screen = Path(folder) / "screen.png"
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = [f"--force-device-scale-factor={_SCALE}", f"--window-size={_WIDTH},2400", f"--screenshot={screen}"]
        subprocess.run(  # noqa: S603 (Chromium, on a page of our own)
            [chromium, *options, *size, (Path(folder) / "page.html").as_uri()], check=True, capture_output=True
        )
        image = Image.open(screen).convert("RGB")
        ground = Image.new("RGB", image.size, image.getpixel((0, 0)))
        box = ImageChops.difference(image, ground).getbbox() or (0, 0, 1, 1)
        cut = image.crop((0, 0, _WIDTH * _SCALE, box[3] + 16 * _SCALE))
        file = BytesIO()
        cut.quantize(128, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        (HERE / f"{name}.png").write_bytes(file.getvalue())


def part(component: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    """A component as HTML."""
    inner = "".join(part(each, files) for each in component.get("components", ()))
    match Kind(component["type"]):
        case Kind.container:
            colour = component.get("accent_color")
            edge = f' style="border-left-color:#{colour:06x}"' if colour is not None else ""
            return f'<div class="box"{edge}>{inner}</div>'
        case Kind.action_row:
            return f'<div class="row">{inner}</div>'
        case Kind.text_display:
            return f"<div>{text(component['content'])}</div>"
        case Kind.separator:
            return "<hr>"
        case Kind.button:
            label = " ".join(filter(None, [(component.get("emoji") or {}).get("name"), component.get("label")]))
            classes = "button" + " primary" * (component["style"] == 1) + " off" * bool(component.get("disabled"))
            return f'<span class="{classes}">{html.escape(label)}</span>'
        case Kind.string_select | Kind.channel_select | Kind.role_select:
            chosen = [option["label"] for option in component.get("options", ()) if option.get("default")]
            chosen += [CHANNELS[str(value["id"])] for value in component.get("default_values", ())]
            return f'<div class="select">{html.escape(", ".join(chosen) or component["placeholder"])} ▾</div>'
        case Kind.media_gallery:
            names = [item["media"]["url"].removeprefix("attachment://") for item in component["items"]]
            data = [base64.b64encode(files[name]).decode() for name in names]
            return "".join(f'<img src="data:image/png;base64,{each}">' for each in data)
        case Kind.file:
            name = component["file"]["url"].removeprefix("attachment://")
            return f'<div class="file">📄 {html.escape(name)}</div>'
        case kind:
            raise NotImplementedError(kind)


def text(markdown: str) -> str:
    """Discord's markdown as HTML, line by line."""
    lines = []
    for line in markdown.split("\n"):
        for sign, tag in (("### ", "h3"), ("-# ", "small"), ("> ", "blockquote"), ("- ", "li")):
            if line.startswith(sign):
                lines.append(f"<{tag}>{inline(line.removeprefix(sign))}</{tag}>")
                break
        else:
            lines.append(f"<div>{inline(line)}</div>")
    return re.sub("</blockquote><blockquote>", "<br>", "".join(lines))


def inline(markdown: str) -> str:
    """One line of it."""
    shown = _markdown.renderInline(markdown)
    shown = re.sub(r"&lt;#(\d+)&gt;", lambda found: f'<span class="mention">#{CHANNELS[found[1]]}</span>', shown)
    shown = re.sub(r"&lt;@&amp;(\d+)&gt;", lambda found: f'<span class="mention">@{CHANNELS[found[1]]}</span>', shown)
    return re.sub(
        r"&lt;t:(\d+):d&gt;",
        lambda found: f'<span class="mention">{datetime.fromtimestamp(int(found[1]), UTC):%d/%m/%Y}</span>',
        shown,
    )


if __name__ == "__main__":
    main()
