"""Gathers English prose to measure with: the documentation of Debian's packages, and Python's docstrings.

``python docs/sentences.py FOLDER`` downloads the packages named below into ``FOLDER/packages`` (nothing is installed)
and writes ``FOLDER/documents``, a plain text for each page and each module: its title, then headings and paragraphs
with a blank line between. ``FOLDER/gathered.json`` says which versions those were, and what was found in each. The same
packages give the same files.

Only text matters here, so pages are read by a plainer way than Verbatim's own: block by block, and what is no prose
(code, tables, menus) is told by its words.
"""

import ast
import gzip
import inspect
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import lxml.html
from lxml import etree

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from corpus import UserError  # noqa: E402 (found only through the line above, as what follows)
from retrieval.words import STOP_WORDS  # noqa: E402

PACKAGES = """
    anarchism apache2-doc aptitude-doc-en bash-doc bind9-doc cinder-doc cmake-doc debian-faq debian-policy
    debian-reference-en developers-reference dpdk-doc erlang-doc exim4-doc-html ganeti-doc gap-doc git-doc gnuplot-doc
    haskell98-report imagemagick-6-doc ironic-doc libboost1.81-doc libreoffice-help-en-us libvirt-doc linux-doc-6.1
    llvm-14-doc maint-guide mit-scheme-doc nim-doc nodejs-doc nova-doc ntpsec-doc octave-doc postfix-doc postgis-doc
    postgresql-doc-15 privoxy python-celery-doc python-django-doc python-scrapy-doc python-sqlalchemy-doc
    python-tornado-doc python-xarray-doc python3.11-doc qtbase5-doc-html qtdeclarative5-doc-html r-doc-html rsyslog-doc
    slurm-wlm-doc sphinx-doc sqlite3-doc swift-doc twisted-doc varnish-doc zsh-doc
""".split()  # noqa: SIM905 (a column of words reads better than a list of literals)
"""Packages of Debian 12 with much English prose as HTML, for what there is to download."""

_PAGE = re.compile(r"\.x?html?(?:\.gz)?$")
_LARGEST = 20_000_000  # bytes of a page; those above are indexes

_BLOCKS = {
    *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl"),
    *("dt", "figcaption", "figure", "footer", "form", "header", "hr", "li", "main", "ol", "p", "section", "summary"),
    *("table", "td", "th", "tr", "ul"),
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_NO_TEXT = ("pre", "script", "style", "nav", "head", "textarea", "select", "button", "svg", "math")
HEAD = "\ue000"
"""What stands before a heading. No page holds it, or it does not matter."""

_BREAK = "\u2029"  # likewise, between blocks
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_AROUND = ".,;:!?()\"'“”‘’"
_END = re.compile(r"[.!?][\"'”’)\]]*$")
_FEWEST, _PLAIN, _COMMON = 5, 0.75, 0.25  # of a paragraph: words; the share of plain ones; that of stop words
_LONGEST_HEADING = 80  # characters


class Text(NamedTuple):
    """A page or module: where it stands in its package, its title, and its blocks; a heading begins with ``HEAD``."""

    name: str
    title: str
    blocks: list[str]


class Source(NamedTuple):
    """A package, its version, its documents, their paragraphs, those that are copies of others and were left out."""

    package: str
    version: str
    documents: int
    paragraphs: int
    copies: int
    characters: int


def gather(folder: Path) -> list[Source]:
    """Writes ``folder/documents`` unless it is there, and says what it is made of. Raises UserError."""
    record = folder / "gathered.json"
    if not record.exists():
        archives = download(folder / "packages")
        unfinished = folder / "documents.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        sources = list(write(unfinished, archives))
        shutil.rmtree(folder / "documents", ignore_errors=True)
        unfinished.rename(folder / "documents")
        record.write_text(json.dumps([source._asdict() for source in sources], indent=1), "utf-8")
    return [Source(**source) for source in json.loads(record.read_text("utf-8"))]


def download(folder: Path) -> list[Path]:
    """The archives of PACKAGES, in their order; those that are not in ``folder`` are fetched. Raises UserError."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [package for package in PACKAGES if not list(folder.glob(f"{package}_*.deb"))]
    try:
        if wanted:
            subprocess.run(["apt-get", "download", *wanted], cwd=folder, check=True)  # noqa: S603, S607 (names of ours)
    except FileNotFoundError:
        raise UserError("apt-get is not there: the sentences are gathered from packages of Debian, on Debian") from None
    except subprocess.CalledProcessError as error:
        raise UserError(f"apt-get ended with {error.returncode}: run `apt-get update`, on Debian 12") from None
    return [max(folder.glob(f"{package}_*.deb")) for package in PACKAGES]


def write(folder: Path, archives: Sequence[Path]) -> Iterator[Source]:
    """Writes what prose there is, each paragraph and heading but once, and yields what each source gave."""
    seen: set[str] = set()
    with ProcessPoolExecutor() as processes:
        yield keep(folder, "python", platform.python_version(), docstrings(), seen)
        for archive, texts in zip(archives, processes.map(pages, archives), strict=True):
            package, version, _ = archive.name.split("_")
            yield keep(folder, package, version.replace("%3a", ":"), texts, seen)


def pages(archive: Path) -> list[Text]:
    """The pages of a package that hold prose, in their order there."""
    found = []
    command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as process,  # noqa: S603 (a file that apt-get fetched)
        tarfile.open(fileobj=process.stdout, mode="r|") as files,
    ):
        for file in files:
            wanted = file.isfile() and file.size <= _LARGEST and _PAGE.search(file.name)
            if wanted and (content := files.extractfile(file)):
                data = content.read()
                title, blocks = page(gzip.decompress(data) if file.name.endswith(".gz") else data)
                if any(map(prose, blocks)):
                    found.append(Text(file.name.removeprefix("./"), title, blocks))
    return found


def page(data: bytes) -> tuple[str, list[str]]:
    """The title of a page in HTML, and its blocks."""
    with suppress(UnicodeDecodeError):
        data.decode()
        return _page(data, lxml.html.HTMLParser(encoding="utf-8"))
    return _page(data, lxml.html.HTMLParser())  # by what it says of itself


def _page(data: bytes, parser: lxml.html.HTMLParser) -> tuple[str, list[str]]:
    try:
        tree = lxml.html.document_fromstring(data, parser)
    except etree.ParserError:  # empty
        return "", []
    title = " ".join((tree.findtext(".//title") or "").split())
    etree.strip_elements(tree, *_NO_TEXT, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    for element in tree.iter(*_BLOCKS, *_HEADINGS):
        begin = _BREAK + HEAD if element.tag in _HEADINGS else _BREAK
        element.text = begin + _NO_XML.sub("", element.text or "")
        element.tail = _BREAK + _NO_XML.sub("", element.tail or "")
    blocks = (
        " ".join(block.split()) for block in etree.tostring(tree, method="text", encoding="unicode").split(_BREAK)
    )
    return title, [block for block in blocks if block]


def docstrings() -> Iterator[Text]:
    """The docstrings of Python's own modules and of those installed beside it, by module."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")}
    for folder in sorted(map(Path, folders)):
        for file in sorted(folder.rglob("*.py")):
            inside = file.relative_to(folder)
            if folder.name == "site-packages" or "site-packages" not in inside.parts:
                with suppress(SyntaxError, ValueError):  # files meant to be wrong, which some test suites hold
                    tree = ast.parse(file.read_bytes())
                    yield Text(inside.as_posix(), ".".join(inside.with_suffix("").parts), list(_docstrings(tree)))


def _docstrings(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for block in re.split(r"\n\s*\n", inspect.cleandoc(ast.get_docstring(node, clean=False) or "")):
                yield " ".join(block.replace("`", "").split())


def prose(block: str) -> bool:
    """Whether a block is English sentences: plain words for the most part, many of them common, and an end."""
    words = block.split()
    return (
        len(words) >= _FEWEST
        and _END.search(block) is not None
        and sum(_WORD.fullmatch(word.strip(_AROUND)) is not None for word in words) >= _PLAIN * len(words)
        and sum(word.lower() in STOP_WORDS for word in words) >= _COMMON * len(words)
    )


def keep(folder: Path, package: str, version: str, texts: Iterable[Text], seen: set[str]) -> Source:
    """Writes what prose a package's texts have, without what is in ``seen``, to which what is written is added."""
    documents = paragraphs = copies = characters = 0
    for text in texts:
        kept: list[str] = []
        heading = ""
        for block in text.blocks:
            if block.startswith(HEAD):
                heading = block.strip(HEAD + "¶# ")
            elif prose(block):
                paragraphs += 1
                if block in seen:
                    copies += 1
                    continue
                seen.add(block)
                if heading and len(heading) <= _LONGEST_HEADING and heading not in seen:
                    seen.add(heading)
                    kept.append(heading)
                heading = ""
                kept.append(block)
        if kept:
            file = folder / package / f"{text.name}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            content = "\n\n".join([text.title or file.stem, *kept]) + "\n"
            file.write_text(content, "utf-8", errors="replace")
            documents += 1
            characters += len(content)
    return Source(package, version, documents, paragraphs, copies, characters)


def main(argv: Sequence[str]) -> int:
    """Gathers into the folder named, and says what was found. Returns the exit status."""
    if len(argv) != 1:
        print("usage: docs/sentences.py FOLDER", file=sys.stderr)
        return 2
    try:
        sources = gather(Path(argv[0]))
    except UserError as error:
        print(f"sentences: {error}", file=sys.stderr)
        return 2
    for source in sources:
        print(*source, sep="\t")
    return 0


if __name__ == "__main__":
    os.nice(10)
    raise SystemExit(main(sys.argv[1:]))
