"""Each format, made by its own writers: the right words, nothing else, and where they stand."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from fpdf.enums import AccessPermission, EncryptionMethod

from corpus import READERS, Document, DocumentError, Kind, Mark, Passage, place, read_document, read_folder, split
from retrieval import Answerer

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><title>Opening the harbour | Gull Point Gazette</title>
<link rel="canonical" href="https://gazette.example/harbour?id=7">
<meta property="article:published_time" content="2024-05-03T10:00:00Z">
<script>var secret = "A script speaks.";</script><style>p { color: red }</style>
</head>
<body>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/news">All news</a></li></ul></nav></header>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies to improve your experience. Do you accept?</p></div>
<main><article>
<h1>Opening the harbour</h1>
<p>The new harbour at Gull Point opened on Saturday after three years of work, and four hundred
people came to see the first ferry leave.</p>
<h2>Tickets</h2>
<p>A ticket costs <b>4 dollars</b>, and children under six travel free. Dogs
&amp; bicycles cost “one dollar” each way.</p>
<ul><li>Bring your own food.</li><li>No swimming in the basin.</li></ul>
<h3>Times</h3>
<table><tr><th>Day</th><th>First ferry</th></tr><tr><td>Monday</td><td>07:30</td></tr>
<tr><td>Sunday</td><td>09:00</td></tr></table>
<p>The ferry does not run on 25 December.<br>Call the office to be sure.</p>
</article>
<section id="comments"><h2>Comments</h2><div class="comment"><p>What a great day that was for all of us there!</p></div>
<form action="/post"><label>Leave a comment</label><textarea></textarea><input type="submit" value="Post"></form>
</section>
</main>
<aside class="sidebar"><h3>Popular posts</h3><ul><li><a href="/fish">Ten ways to cook fish</a></li></ul></aside>
<footer><p>Copyright 2024 Gull Point Gazette. All rights reserved.</p></footer>
</body></html>
"""
OPENED = (
    "The new harbour at Gull Point opened on Saturday after three years of work, and four hundred people came to see "
    "the first ferry leave."
)
MANUAL = """\
<html><head><title>Keeping bees</title><link rel="canonical" href="https://bees.example/keeping"></head><body>
<div class="navheader"><a href="/">Home</a></div>
<div><a href="/bees">Bees</a> | <a href="/mill">Mill</a></div>
<h1>Keeping bees<a href="#keeping" title="Link to this heading">¶</a></h1>
<div class="cookie-consent"><p>We use cookies. Do you accept?</p></div>
<ol><li>1. <a href="#words">Words</a></li><li>2. <a href="#fees">Fees</a></li></ol>
<p>The first hive was set up on 2019-03-04 behind the mill.</p>
<div><div><h2><a id="words"></a>Words</h2></div></div>
<dl><dt>Smoker</dt><dd>A can that makes smoke.</dd></dl>
<pre>hive --open
hive --close</pre>
<table><tr><th>Who</th><th>Fee</th></tr><tr><td>Child</td><td>free</td></tr></table>
<form><label>Leave a comment</label><textarea></textarea><button>Send</button></form>
</body></html>
"""
MARKDOWN = """\
---
title: The harbour
date: 2024-05-03
url: https://gazette.example/harbour
---
Welcome to the **harbour** of [Gull Point](https://example.org).

## Tickets

A ticket costs 4 dollars.
Children travel *free*.

1. Buy it at the `gate`.
2. Show it.

| Day | First ferry | Last ferry |
|-----|-------------|------------|
| Monday | 07:30 | 18:00 |

### Dogs

```sh
# not a heading
bark --loud
```
"""
SUBTITLES = """\
1
00:00:01,000 --> 00:00:03,500
The lighthouse was

2
00:00:03,600 --> 00:00:05,000
<i>built</i> in 1871.

3
01:01:23,000 --> 01:01:25,000
- Who said that?
"""
VOICES = """\
WEBVTT

NOTE nobody hears this

00:01.000 --> 00:04.000 align:start
<v Ann Roy>Tom &amp; I <b>built</b> it.

00:05.000 --> 00:09.000
It is of granite.
"""


def shown(document: Document) -> list[tuple[str, str]]:
    """What can be quoted of a document, and where it stands; headings are marked #."""
    return [
        (place(document, passage.start, passage.end), "#" * (passage.kind is Kind.HEADING) + passage.text)
        for passage in split(document)
    ]


def word() -> bytes:
    """A document as python-docx writes it."""
    made = docx.Document()
    made.add_heading("The harbour", 0)
    made.add_paragraph("Welcome to Gull Point.")
    made.add_heading("Visiting", 1)
    made.add_heading("Fees", 2)
    paragraph = made.add_paragraph("A ticket costs ")
    paragraph.add_run("4 dollars").bold = True
    paragraph.add_run(". Children travel free.")
    made.add_paragraph("Bring food.", style="List Bullet")
    table = made.add_table(2, 3)
    for row, words in zip(table.rows, (("Day", "First", "Last"), ("Monday", "07:30", "18:00")), strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    return saved(made)


def saved(made: "docx.document.Document") -> bytes:
    """The bytes of a Word document."""
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


LONG = (
    "The lighthouse at Gull Point was built in 1871 from granite, because a storm had wrecked the wooden tower that "
    "stood there before. It is open to visitors on Saturdays. "
)


def printed(pages: int = 3, text: str = LONG, title: str = "Guide to the harbour") -> FPDF:
    """A PDF with a header and a footer on each page, as fpdf2 writes it."""

    class Paper(FPDF):
        def header(self) -> None:
            self.set_font("helvetica", size=8)
            self.cell(text="Gull Point Harbour Office")
            self.ln(12)

        def footer(self) -> None:
            self.set_y(-15)
            self.set_font("helvetica", size=8)
            self.cell(text=f"Page {self.page_no()} of {pages}")

    paper = Paper()
    paper.set_title(title)
    for number in range(1, pages + 1):
        paper.add_page()
        paper.set_font("helvetica", size=18)
        paper.cell(text=f"Chapter {'ABCDEFGH'[number]}")
        paper.ln(14)
        paper.set_font("helvetica", size=11)
        paper.multi_cell(0, 5, f"In chapter {number} this is told. {text}", align="L")
        paper.ln(8)
        paper.multi_cell(0, 5, f"The ticket of chapter {number} costs {number} dollars.", align="L")
    return paper


def test_a_web_page_is_its_main_text() -> None:
    document = read_document("page.html", PAGE.encode())
    assert (document.title, document.date, document.url) == (
        "Opening the harbour",
        date(2024, 5, 3),
        "https://gazette.example/harbour?id=7",
    )
    assert shown(document) == [
        ("heading", "#Opening the harbour"),
        (
            "paragraph 1",
            OPENED,
        ),
        ("heading", "#Tickets"),
        ("Tickets, paragraph 1", "A ticket costs 4 dollars, and children under six travel free."),
        ("Tickets, paragraph 1", "Dogs & bicycles cost “one dollar” each way."),
        ("Tickets, paragraph 2", "• Bring your own food."),
        ("Tickets, paragraph 3", "• No swimming in the basin."),
        ("Tickets, heading", "#Times"),
        ("Tickets › Times, row 1", "Day: Monday; First ferry: 07:30"),
        ("Tickets › Times, row 2", "Day: Sunday; First ferry: 09:00"),
        ("Tickets › Times, paragraph 1", "The ferry does not run on 25 December."),
        ("Tickets › Times, paragraph 1", "Call the office to be sure."),
    ]


def test_words_in_a_sentence_stay_in_it_whatever_they_are_marked_as() -> None:
    said = "Run <code>ferry <b>open</b></code> between <time>07:30</time> and 09:00, then press <kbd>Enter</kbd> twice."
    assert [
        text for _, text in shown(read_document("a.html", f"<main><p>{said}</p><p>{OPENED}</p></main>".encode()))
    ] == [
        "Run ferry open between 07:30 and 09:00, then press Enter twice.",
        OPENED,
    ]


def test_a_page_that_does_not_say_which_part_is_the_main_one() -> None:
    document = read_document("page.html", MANUAL.encode())
    assert (document.title, document.date, document.url) == ("Keeping bees", None, "https://bees.example/keeping")
    assert shown(document) == [
        ("heading", "#Keeping bees"),
        ("paragraph 1", "The first hive was set up on 2019-03-04 behind the mill."),
        ("heading", "#Words"),
        ("Words, paragraph 1", "Smoker"),
        ("Words, paragraph 2", "A can that makes smoke."),
        ("Words, paragraph 3", "hive --open"),
        ("Words, paragraph 3", "hive --close"),
        ("Words, row 1", "Who: Child; Fee: free"),
    ]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("<p>It was seen on 2019-03-04 at ten.</p>", None),
        ("<p><code>date(2019, 3, 4)</code>: 2019-03-04T10:00:00</p>", None),
        ("<p class='byline'>By Ann Roy, 4 March 2019</p>", date(2019, 3, 4)),
        ("<p>By Ann Roy, <time datetime='2019-03-04'>yesterday</time></p>", date(2019, 3, 4)),
        ("<script type='application/ld+json'>{'datePublished': '2019-03-04'}</script>", date(2019, 3, 4)),
    ],
)
def test_the_date_of_a_page_is_what_it_gives_as_its_own(said: str, day: date | None) -> None:
    said = said.replace("'", '"')
    page = f"<html><head><title>The mill</title></head><body><main><p>{OPENED}</p>{said}</main></body></html>"
    assert read_document("a.html", page.encode()).date == day


def test_markdown_is_read_as_it_is_seen() -> None:
    document = read_document("page.md", MARKDOWN.encode())
    assert (document.title, document.date, document.url) == (
        "The harbour",
        date(2024, 5, 3),
        "https://gazette.example/harbour",
    )
    assert shown(document) == [
        ("paragraph 1", "Welcome to the harbour of Gull Point."),
        ("heading", "#Tickets"),
        ("Tickets, paragraph 1", "A ticket costs 4 dollars."),
        ("Tickets, paragraph 1", "Children travel free."),
        ("Tickets, paragraph 2", "1. Buy it at the gate."),
        ("Tickets, paragraph 3", "2. Show it."),
        ("Tickets, row 1", "Day: Monday; First ferry: 07:30; Last ferry: 18:00"),
        ("Tickets, heading", "#Dogs"),
        ("Tickets › Dogs, paragraph 1", "# not a heading"),
        ("Tickets › Dogs, paragraph 1", "bark --loud"),
    ]


@pytest.mark.parametrize(
    ("front", "title", "day", "url"),
    [
        ("title: 1984", "1984", None, None),
        ("title: A\ndate: 3 May 2024", "A", date(2024, 5, 3), None),
        ("date: 2024-05-03T10:00:00Z\nurl: javascript:alert(1)", "Cats", date(2024, 5, 3), None),
        ("date: 2024-02-31", "Cats", None, None),
        ("title: [no, *yaml", "Cats", None, None),
        ("- a list", "Cats", None, None),
        ("title: !!python/object/apply:os.getcwd []", "Cats", None, None),
        (
            "a: &a [x, x]\n"
            + "".join(f"{n}: &{n} [*{p}, *{p}]\n" for p, n in pairwise("abcdefghijklmnopqrstuvwxyz"))
            + "title: *z",
            "Cats",
            None,
            None,
        ),
        ("url: ' https://a.example/ä ö '", "Cats", None, "https://a.example/%C3%A4%20%C3%B6"),
    ],
)
def test_front_matter(front: str, title: str, day: date | None, url: str | None) -> None:
    document = read_document("a.md", f"---\n{front}\n---\n# Cats\n\nA cat sat.\n".encode())
    assert (document.title, document.date, document.url) == (title, day, url)
    assert document.text == "Cats\n\nA cat sat."


def test_word_documents_have_headings_lists_and_tables() -> None:
    document = read_document("harbour.docx", word())
    assert (document.title, document.date, document.url) == ("The harbour", None, None)
    assert shown(document) == [
        ("heading", "#The harbour"),
        ("paragraph 1", "Welcome to Gull Point."),
        ("heading", "#Visiting"),
        ("Visiting, heading", "#Fees"),
        ("Visiting › Fees, paragraph 1", "A ticket costs 4 dollars."),
        ("Visiting › Fees, paragraph 1", "Children travel free."),
        ("Visiting › Fees, paragraph 2", "• Bring food."),
        ("Visiting › Fees, row 1", "Day: Monday; First: 07:30; Last: 18:00"),
    ]


def test_word_documents_are_read_as_with_all_changes_accepted() -> None:
    made = docx.Document()
    xml = made.element.body
    new = parse_xml(
        f"<w:body {nsdecls('w')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        "<w:p><w:r><w:t>It opens </w:t></w:r><w:del><w:r><w:delText>early</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>late</w:t></w:r></w:ins><w:hyperlink><w:r><w:t> on Sunday</w:t></w:r></w:hyperlink>"
        "<w:r><w:t>.</w:t><w:br/><w:t>A line</w:t><w:tab/><w:t>more.</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p>"
        "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p>"
        "</w:txbxContent></mc:Fallback></mc:AlternateContent><w:t>Around it.</w:t></w:r></w:p></w:body>"
    )
    for element in [*new][::-1]:
        xml.insert(0, element)
    made.add_paragraph("First.", style="List Number")
    made.add_paragraph("Second.", style="List Number")
    assert shown(read_document("a.docx", saved(made))) == [
        ("paragraph 1", "It opens late on Sunday."),
        ("paragraph 1", "A line more."),
        ("paragraph 2", "In a control."),
        ("paragraph 3", "Around it."),
        ("paragraph 4", "In a box."),
        ("paragraph 5", "1. First."),
        ("paragraph 6", "2. Second."),
    ]


def test_a_table_of_contents_of_word_is_left_out() -> None:
    made = docx.Document()
    for name, text in (("toc 2", "What is in it"), ("toc 1", "The harbour\t3")):
        made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.add_paragraph(text, style=name)
    made.add_heading("The harbour", 1)
    made.add_paragraph("A ticket costs 4 dollars.")
    document = read_document("a.docx", saved(made))
    assert (document.title, document.text) == ("The harbour", "The harbour\n\nA ticket costs 4 dollars.")


def test_a_pdf_is_its_text_without_what_every_page_repeats() -> None:
    document = read_document("guide.pdf", bytes(printed(3).output()))
    sentences = [" ".join(f"In chapter {number} this is told.".split()) for number in (1, 2, 3)]
    assert document.title == "Guide to the harbour"
    assert shown(document) == [
        entry
        for number, name in enumerate("BCD", 1)
        for entry in [
            (f"page {number}", f"#Chapter {name}"),
            (f"Chapter {name}, page {number}", sentences[number - 1]),
            (f"Chapter {name}, page {number}", LONG.split(". ", maxsplit=1)[0] + "."),
            (f"Chapter {name}, page {number}", "It is open to visitors on Saturdays."),
            (f"Chapter {name}, page {number}", f"The ticket of chapter {number} costs {number} dollars."),
        ]
    ]


def test_a_paragraph_over_two_pages_is_one() -> None:
    paper = FPDF(format=(120, 42))
    paper.add_page()
    paper.set_font("helvetica", size=11)
    paper.multi_cell(0, 5, "The gate is green. " + LONG, align="L")
    document = read_document("a.pdf", bytes(paper.output()))
    assert ("pages 1–2", LONG.split(". ", maxsplit=1)[0] + ".") in shown(document)
    assert document.text == " ".join(f"The gate is green. {LONG}".split())


def set_in_type(*pages: list[tuple[int, int, str]]) -> bytes:
    """A PDF of pages of lines: the size of each, how many mm below the top it stands, and its words."""
    paper = FPDF()
    for lines in pages:
        paper.add_page()
        for size, below, words in lines:
            paper.set_font("helvetica", size=size)
            paper.text(20, below, words)
    return bytes(paper.output())


def test_a_running_header_that_names_the_section_at_hand_is_left_out() -> None:
    heads = ["The harbour", "The harbour", "The harbour", "The mill", "Bees"]
    said = ["Room A is green.", "Room B is blue.", "It has two doors.", "Nobody lives here.", "Come again."]
    pages = [[(11, 15, head), (11, 30, words), (11, 35, LONG[:60])] for head, words in zip(heads, said, strict=True)]
    text = read_document("a.pdf", set_in_type(*pages)).text
    assert [head in text for head in heads] == [False] * len(heads)
    assert [words in text for words in said] == [True] * len(said)


def test_a_line_of_text_where_other_pages_have_a_running_header_stays() -> None:
    said = [["Room A is green.", "It is large."], ["Room B is blue.", "It is small."], ["Nobody lives.", "Nobody."]]
    pages = [[(11, 15, "The harbour"), (11, 30, one), (11, 35, other)] for one, other in said]
    bees = [(11, 15, "Bees live here."), (11, 20, "They fly."), (11, 25, "They sleep.")]
    text = read_document("a.pdf", set_in_type(*pages, bees)).text
    assert "harbour" not in text
    assert " ".join(text.split()).endswith("Nobody lives. Nobody. Bees live here. They fly. They sleep.")


def test_pages_that_are_all_alike_are_read() -> None:
    assert read_document("a.pdf", set_in_type(*[[(11, 15, "Admit one.")]] * 4)).text.count("Admit one.") == 4


def test_a_table_of_contents_is_left_out_and_a_list_of_prices_is_not() -> None:
    dots = " ." * 20
    contents = [
        f"1 Boats{dots} 1",
        "2 All that has to be known of nets, ropes",
        f"and sails{dots} 2",
        f"3 Bees{dots} 2",
    ]
    prices = [f"Soup{dots} 4", f"Fish{dots} 12.50", f"Salad{dots} 3"]
    blanks = [f"Name{dots}", f"Street{dots}", f"Town{dots}"]
    document = read_document(
        "a.pdf",
        set_in_type(
            *(
                [(11, 20 + 5 * number, words) for number, words in enumerate(page)]
                for page in (contents, prices, blanks)
            )
        ),
    )
    assert shown(document) == [
        *(("page 2", price) for price in prices),
        *(("page 3", blank) for blank in blanks),
    ]


def test_a_page_of_titles_heads_nothing_but_the_title() -> None:
    document = read_document(
        "a.pdf",
        set_in_type(
            [(26, 40, "The harbour"), (18, 60, "Second edition"), (18, 80, "Ann Roy")],
            [(14, 20, "1.1 Fees: all of them"), (11, 30, "A ticket costs 4 dollars."), (11, 60, LONG)],
        ),
    )
    assert shown(document) == [
        ("page 1", "#The harbour"),
        ("page 1", "Second edition Ann Roy"),
        ("page 2", "#1.1 Fees: all of them"),
        ("1.1 Fees: all of them, page 2", "A ticket costs 4 dollars."),
        *(("1.1 Fees: all of them, page 2", f"{said.rstrip('.')}.") for said in LONG.strip().split(". ")),
    ]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["See https://www.", "bees.example/honey for more."],
            "See https://www.bees.example/honey for more.",
        ),
        (
            ["It was an exam-", "ple of a well-", "known well-known art."],
            "It was an example of a well-known well-known art.",
        ),
        (["The year 2023-", "2024 was wet."], "The year 2023- 2024 was wet."),
    ],
)
def test_hyphens_at_the_ends_of_lines(lines: list[str], text: str) -> None:
    paper = FPDF()
    paper.add_page()
    paper.set_font("courier", size=11)
    for line in lines:
        paper.cell(text=line)
        paper.ln(5)
    assert read_document("a.pdf", bytes(paper.output())).text.replace("\n\n", " ") == text


@pytest.mark.parametrize("title", ["", "untitled", "Microsoft Word - a.docx", "thesis.tex"])
def test_a_title_that_a_program_left_is_none(title: str) -> None:
    assert read_document("my_guide.pdf", bytes(printed(1, title=title).output())).title == "Chapter B"


@pytest.mark.parametrize(
    ("data", "passages"),
    [
        (
            b'Name,Price,Note\nHammer,4,"It is good, ""really"".\nBuy it."\n\nSaw,,None\n',
            [
                ("row 2", 'Name: Hammer; Price: 4; Note: It is good, "really". Buy it.'),
                ("row 4", "Name: Saw; Note: None"),
            ],
        ),
        (
            b"Name;Price\r\nHammer;4,50\r\nSaw;3,20\r\n",
            [("row 2", "Name: Hammer; Price: 4,50"), ("row 3", "Name: Saw; Price: 3,20")],
        ),
        (b"Name\tPrice\nHammer\t4\nSaw\t5\n", [("row 2", "Name: Hammer; Price: 4"), ("row 3", "Name: Saw; Price: 5")]),
        (b"Name,Price\nHammer,4,extra\n", [("row 2", "Name: Hammer; Price: 4; extra")]),
        (
            b"Price list 2024,,\n,,\nName,Price,Size\nHammer,4,2\n",
            [
                ("row 1", "Price list 2024"),
                ("row 4", "Name: Hammer; Price: 4; Size: 2"),
            ],
        ),
        (b"1,Ann,1990\n2,Ben,1985\n", [("row 1", "1; Ann; 1990"), ("row 2", "2; Ben; 1985")]),
        (b"Town,2023,2024\nOslo,4,5\n", [("row 2", "Town: Oslo; 2023: 4; 2024: 5")]),
        (b"Only,one,row\n", [("row 1", "Only; one; row")]),
        ("Größe;Maß\nGroß;1 m\n".encode("cp1252"), [("row 2", "Größe: Groß; Maß: 1 m")]),
    ],
)
def test_a_row_is_a_passage_that_names_its_columns(data: bytes, passages: list[tuple[str, str]]) -> None:
    document = read_document("price_list.csv", data)
    assert document.title == "price list"
    assert shown(document) == passages


def test_subtitles_are_sentences_at_their_time() -> None:
    assert shown(read_document("film.srt", SUBTITLES.encode("utf-16"))) == [
        ("00:00:01–00:00:03", "The lighthouse was built in 1871."),
        ("01:01:23", "- Who said that?"),
    ]
    assert shown(read_document("film.vtt", VOICES.encode())) == [
        ("00:00:01", "Ann Roy: Tom & I built it."),
        ("00:00:05", "It is of granite."),
    ]


def test_captions_that_roll_up_or_come_in_no_order_are_said_once_and_in_order() -> None:
    rolling = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n \nIn<00:00:01.500><c> 1969</c>\n\n"
        "00:02.000 --> 00:02.010\nIn 1969\n\n00:02.010 --> 00:03.000\nIn 1969\nwe landed.\n"
    )
    assert shown(read_document("a.vtt", rolling.encode())) == [("00:00:01–00:00:02", "In 1969 we landed.")]
    shuffled = "2\r00:00:09,000 --> 00:00:10,000\rNo.\r\r1\r00:00:01,000 --> 00:00:02,000\rReally.\r\r"
    assert shown(read_document("a.srt", shuffled.encode())) == [("00:00:01", "Really."), ("00:00:09", "No.")]


def test_whole_records() -> None:
    document = read_document("a.csv", b"a,b\nx. Y z.,2\n")
    mark = Mark(0, 15, "row", "2", whole=True)
    assert document == Document("a.csv", "a", None, "a: x. Y z.; b: 2", None, (mark._replace(end=16),))
    assert split(document) == [Passage(document, 0, 16, Kind.SENTENCE, (0, 16), None)]


def locked() -> bytes:
    """A PDF that asks for a password."""
    paper = printed(1)
    paper.set_encryption("owner", "user", EncryptionMethod.RC4, AccessPermission.none())
    return bytes(paper.output())


def pictures() -> bytes:
    """A PDF without text."""
    paper = FPDF()
    paper.add_page()
    paper.rect(10, 10, 50, 50)
    return bytes(paper.output())


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.pdf", locked, "is protected by a password: save it again without one"),
        ("a.pdf", pictures, "holds no text, only pictures of it: run text recognition (OCR) over it"),
        ("a.pdf", lambda: b"%PDF-1.7", "is damaged, or no PDF: open it in a PDF viewer and save it again"),
        ("a.pdf", lambda: b"", "is empty: write something in it, or take it out of the folder"),
        (
            "a.docx",
            lambda: word()[:4000],
            "is damaged (File is not a zip file): open it in a word processor and save it again",
        ),
        (
            "a.docx",
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999),
            "is protected by a password, or an old .doc: save it as .docx without a password",
        ),
        (
            "a.docx",
            lambda: saved(docx.Document()),
            "holds no text that can be found: save it in another form, or take it out of the folder",
        ),
        (
            "a.html",
            lambda: b"<html><body></body></html>",
            "holds no text that can be found: save it in another form, or take it out of the folder",
        ),
        (
            "a.srt",
            lambda: b"No times here.",
            "holds no text that can be found: save it in another form, or take it out of the folder",
        ),
        (
            "a.csv",
            lambda: b",,\n,,\n",
            "holds no text that can be found: save it in another form, or take it out of the folder",
        ),
    ],
    ids=range(10),
)
def test_what_cannot_be_read_has_its_line(name: str, make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(DocumentError) as error:
        read_document(name, make())
    assert str(error.value) == reason


def without_targets() -> bytes:
    """A Word document whose parts do not say where the others are."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as parts, zipfile.ZipFile(stream, "w") as new:
        for name in parts.namelist():
            new.writestr(name, parts.read(name).replace(b"Target=", b"Aim="))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "passages"),
    [
        ("marked.html", b"<table><tr><th>One<th>Two<tr><th>Three<th>Four</table>", ["One: Three; Two: Four"]),
        ("marked.md", b"<table><tr><th>One</th></tr></table>", ["One"]),
        ("cell.md", b"<td>One</td><li>Two</li></ul></table>Three", ["#One", "\u2022 Two", "Three"]),
        ("old.csv", b"Name,Price\rSaw,4\r", ["Name: Saw; Price: 4"]),
        ("quotes.csv", b'Name,"Price\nSaw,4\n', ["Name; Price Saw,4"]),
        ("nul.csv", b'Name,Price\n"Sa\rw",4\n', ["Name: Sa w; Price: 4"]),
        ("late.srt", b"1\n99:99:99,999 --> 00:00:00,000\nIt is late.\n", ["It is late."]),
    ],
)
def test_what_broke_readers_once_is_read(name: str, data: bytes, passages: list[str]) -> None:
    assert [words for _, words in shown(read_document(name, data))] == passages


def test_what_says_that_it_is_no_word_document_is_none() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word())) as parts, zipfile.ZipFile(stream, "w") as new:
        for name in parts.namelist():
            new.writestr(name, parts.read(name).replace(b"document.main+xml", b"template.main+xml"))
    with pytest.raises(DocumentError) as error:
        read_document("a.docx", stream.getvalue())
    assert str(error.value) == "is no Word document, whatever its name says: open it and save it as .docx"


@pytest.mark.parametrize("make", [without_targets, lambda: word()[64:], lambda: word()[:-64]], ids=range(3))
def test_what_broke_the_reader_of_word_once_is_damaged(make: Callable[[], bytes]) -> None:
    with pytest.raises(DocumentError, match=r"is damaged \(.+\): open it in a word processor and save it again"):
        read_document("a.docx", make())


def test_a_table_of_quotation_marks_takes_no_time() -> None:
    data = b'Name;Age\nAnn;3\n"Bo; ' + b'"' * 200 + b"|" + b'"' * 200 + b"b" + b'"' * 50  # csv.Sniffer never comes back
    assert read_document("a.csv", data).text.startswith("Name: Ann; Age: 3")


def test_a_truncated_pdf_is_mended_or_refused() -> None:
    data = bytes(printed(3).output())
    whole = read_document("a.pdf", data)
    for end in range(0, len(data), 500):
        try:
            document = read_document("a.pdf", data[:end])
        except DocumentError:
            continue
        assert document.text in whole.text


FOLDER: dict[str, Callable[[], bytes]] = {
    "notes.txt": lambda: b"Notes\n\nThe crane lifts ten tons.\n\nIt is red.\n",
    "club.md": lambda: b"# The club\n\n## Fees\n\nA member pays 30 dollars a year. It is due in May.\n",
    "page.html": PAGE.encode,
    "guide.pdf": lambda: bytes(printed(3).output()),
    "harbour.docx": word,
    "prices.csv": lambda: b"Tool,Shelf\nHammer,B7\nSaw,C2\nDrill,D9\n",
    "film.srt": SUBTITLES.encode,
    "talk.vtt": lambda: (
        b"WEBVTT\n\n00:01.000 --> 00:04.000\nThe bridge was\n\n00:04.000 --> 00:07.000\npainted by Tom Vale.\n"
    ),
}


def test_every_format_answers_with_the_right_quote_and_place(tmp_path: Path) -> None:
    for name, make in FOLDER.items():
        (tmp_path / name).write_bytes(make())
    folder = read_folder(tmp_path)
    assert folder.problems == ()
    answerer = Answerer(folder.documents)
    questions = {
        "How much does the crane lift?": ("notes.txt", "line 3", "The crane lifts ten tons."),
        "What does a club member pay a year?": ("club.md", "Fees, paragraph 1", "A member pays 30 dollars a year."),
        "How many people came to see the first ferry leave?": (
            "page.html",
            "paragraph 1",
            OPENED,
        ),
        "What does the ticket of chapter 2 cost?": (
            "guide.pdf",
            "Chapter C, page 2",
            "The ticket of chapter 2 costs 2 dollars.",
        ),
        "When is the last ferry on Monday?": (
            "harbour.docx",
            "Visiting › Fees, row 1",
            "Day: Monday; First: 07:30; Last: 18:00",
        ),
        "Which shelf is the hammer on?": ("prices.csv", "row 2", "Tool: Hammer; Shelf: B7"),
        "When was the lighthouse built?": ("film.srt", "00:00:01–00:00:03", "The lighthouse was built in 1871."),
        "Who painted the bridge?": ("talk.vtt", "00:00:01–00:00:04", "The bridge was painted by Tom Vale."),
    }
    for question, (identifier, where, quote) in questions.items():
        answer = answerer.ask(question, identifier)
        first = (*answer.citations, *answer.nearest)[0]
        assert (first.document.id, first.place, first.quote) == (identifier, where, quote), question
        assert first.document.text[first.start : first.end] == quote


def test_every_reader_is_named_in_the_table_and_is_there() -> None:
    package = Path(__file__).parents[1] / "corpus" / "readers"
    modules = {path.stem for path in package.glob("*.py") if "def read(" in path.read_text("utf-8")}
    assert set(READERS.values()) == modules
