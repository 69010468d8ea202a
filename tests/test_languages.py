"""Documents and questions in other languages: told apart, cut and searched fittingly, quoted to the letter."""

import json
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import (
    Document,
    DocumentError,
    Kind,
    QuestionError,
    language_of,
    place,
    read_document,
    read_folder,
    split,
)
from retrieval import Answerer, Quotes, read_gold
from retrieval.gold import Squad
from retrieval.languages import asked_in_english
from retrieval.question import Want, parse
from retrieval.terms import terms, tokenize

FOLDER = Path(__file__).parent / "languages"


class Figures(NamedTuple):
    """Of a language's questions: answered with a right quote first, or a wrong one; and those rightly refused."""

    right: int
    wrong: int
    refused: int


# Of 11 questions that the documents answer and 5 that they do not. Measured together: 72 right, 3 wrong, 35 refused.
EXPECTED = {
    "es": Figures(10, 1, 5),
    "de": Figures(10, 0, 5),
    "fr": Figures(10, 0, 5),
    "ru": Figures(10, 1, 5),
    "ar": Figures(9, 1, 5),
    "zh": Figures(10, 0, 5),
    "ja": Figures(8, 1, 5),
}


def gold(name: str) -> Quotes:
    questions = read_gold(FOLDER / f"{name}.jsonl")
    assert isinstance(questions, Quotes)
    return questions


def documents(language: str) -> tuple[Document, ...]:
    """The small corpus of a language, its ids led by it."""
    read = read_folder(FOLDER / language)
    assert read.problems == ()
    return tuple(replace(document, id=f"{language}/{document.id}") for document in read.documents)


@pytest.fixture(scope="module")
def by_language() -> dict[str, Answerer]:
    return {language: Answerer(documents(language)) for language in EXPECTED}


@pytest.fixture(scope="module")
def mixed(shipped_answerer: Answerer) -> Answerer:
    """All languages in one folder, the shipped English articles among them."""
    return Answerer([*shipped_answerer.documents, *(d for language in EXPECTED for d in documents(language))])


def figures(answerer: Answerer, name: str) -> Figures:
    right = wrong = refused = 0
    for asked in gold(name).questions:
        citations = answerer.ask(asked.text).citations
        found = bool(citations) and any(words in citations[0].quote for words in asked.answers)
        right += found
        wrong += bool(asked.answers and citations and not found)
        refused += not asked.answers and not citations
    return Figures(right, wrong, refused)


@pytest.mark.parametrize("language", EXPECTED)
def test_the_small_corpus_is_one(language: str) -> None:
    answerable = [asked for asked in gold(language).questions if asked.answers]
    assert (len(documents(language)), len(answerable), len(gold(language).questions)) == (3, 11, 16)
    assert [document.language for document in documents(language)] == [language] * 3
    sentences = [p for document in documents(language) for p in split(document) if p.kind is Kind.SENTENCE]
    assert len(sentences) >= 25
    texts = [document.text for document in documents(language)]
    assert [a.text for a in answerable if not any(words in text for words in a.answers for text in texts)] == []


@pytest.mark.parametrize(("language", "expected"), EXPECTED.items())
def test_what_is_there_is_answered_and_what_is_not_refused(
    by_language: dict[str, Answerer], language: str, expected: Figures
) -> None:
    found = figures(by_language[language], language)
    assert found.right >= expected.right
    assert found.wrong <= expected.wrong
    assert found.refused >= expected.refused


def test_of_paraphrases_and_near_misses_most_are_told_apart(by_language: dict[str, Answerer]) -> None:
    """What another person might ask: whom the documents name, but not what is asked. Measured: 31 and 19."""
    found = [figures(by_language[language], f"{language}-near") for language in EXPECTED]
    assert sum(len(gold(f"{language}-near").questions) for language in EXPECTED) == 35 + 28
    assert sum(one.right for one in found) >= 29
    assert sum(one.refused for one in found) >= 16


def test_in_a_folder_of_all_languages_each_question_finds_its_own(mixed: Answerer) -> None:
    found = {language: figures(mixed, language) for language in EXPECTED}
    assert sum(one.right for one in found.values()) >= sum(one.right for one in EXPECTED.values())
    assert sum(one.refused for one in found.values()) >= 33
    foreign = [
        (asked.text, citation.document.id)
        for language in EXPECTED
        for asked in gold(language).questions
        for citation in mixed.ask(asked.text).citations
        if citation.document.language != language
    ]
    assert foreign == []


def test_other_languages_change_nothing_for_english(mixed: Answerer, shipped_answerer: Answerer) -> None:
    for question in ("When did the Korean War end?", "Who is the US State Department spokesman?", "What is love?"):
        alone, beside = shipped_answerer.ask(question), mixed.ask(question)
        assert beside.citations == alone.citations
        assert beside.confidence >= alone.confidence


def test_quotes_and_marks_are_slices(by_language: dict[str, Answerer]) -> None:
    for language, answerer in by_language.items():
        for asked in gold(language).questions:
            answer = answerer.ask(asked.text)
            for citation in (*answer.citations, *answer.nearest):
                assert citation.document.text[citation.start : citation.end] == citation.quote
                if citation.highlight:
                    start, end = citation.highlight
                    assert citation.start <= start < end <= citation.end


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("สระลึกเท่าไร", ["น้ำในสระลึกสองเมตร"]),  # how deep is the pool?
        ("นำสุนัขเข้าสระได้ไหม", ["ห้ามนำสุนัขเข้ามา"]),  # may I bring a dog?
        ("นายกรัฐมนตรีคือใคร", []),  # who is the prime minister?
    ],
)
def test_a_language_that_is_not_listed_and_sets_no_words_apart_is_searched(question: str, quoted: list[str]) -> None:
    text = "สระว่ายน้ำเทศบาล\n\nเด็กอายุต่ำกว่าหกปีเข้าฟรี\n\nห้ามนำสุนัขเข้ามา\n\nผู้ดูแลสระชื่อมานี\n\nน้ำในสระลึกสองเมตร\n"
    answer = Answerer([read_document("a.txt", text.encode())]).ask(question)
    assert [citation.quote for citation in answer.citations] == quoted


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Wo wohnt Maria Keller?", []),
        ("Quel âge a Maria Keller ?", []),
        ("How old is Karl Brandt?", []),
        ("Wer ist Maria Keller?", ["en.txt"]),  # nothing is asked but who she is
        ("Maria Keller", ["en.txt"]),
        ("Who is the captain of the ferry?", ["de.txt"]),  # which is half in English
        ("Wer ist der Bademeister?", ["de.txt"]),
    ],
)
def test_what_only_shares_a_name_with_a_question_in_another_language_does_not_answer_it(
    question: str, quoted: list[str]
) -> None:
    texts = {
        "en": "The museum opens at nine in the morning. Maria Keller founded the museum in 1923.",
        "de": "Das Schwimmbad ist im Sommer geöffnet. Der Bademeister heißt Karl Brandt. Hunde sind dort verboten. "
        "Kinder unter sechs Jahren zahlen nichts.\n\nThe captain of the ferry is Jens Petersen.",
        "fr": "Le théâtre a été fondé par Hélène Béranger. L'entrée coûte dix euros le mercredi.",
    }
    read = [read_document(f"{language}.txt", text.encode()) for language, text in texts.items()]
    assert [document.language for document in read] == list(texts)
    assert [citation.document.id for citation in Answerer(read).ask(question).citations] == quoted


def test_a_document_may_be_asked_alone(mixed: Answerer) -> None:
    german = "de/geschichte-des-turms.txt"
    assert [c.document.id for c in mixed.ask("Wie hoch ist der Glockenturm?", german).citations] == [german]
    assert mixed.ask("Wie hoch ist der Glockenturm?", "es/biblioteca.txt").citations == ()


def test_what_is_made_for_english_leaves_others_alone(mixed: Answerer) -> None:
    """No word is read as an English one, and no question leans on another by English rules."""
    questions = [asked.text for language in EXPECTED for asked in gold(language).questions]
    assert [q for q in questions if mixed.ask(q).corrections] == []
    assert [q for q in questions if mixed.ask(q, after="When did the Korean War end?").leaning_on] == []


# Telling languages apart.


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The museum opens at nine.", "en"),
        ("El museo abre a las nueve de la mañana.", "es"),
        ("Das Museum öffnet um neun Uhr.", "de"),
        ("Le musée ouvre à neuf heures.", "fr"),
        ("Музей открывается в девять часов.", "ru"),
        ("يفتح المتحف في الساعة التاسعة.", "ar"),
        ("博物馆九点开门。", "zh"),
        ("博物館は九時に開きます。", "ja"),
        ("Il museo apre alle nove e chiude alle diciotto.", "it"),  # known, though not by its grammar
        ("박물관은 9시에 엽니다.", "ko"),
        ("", "en"),
        ("…", "en"),
        ("Chelsea 3:0 Palace", "en"),  # English until another language is sure
        ("item,price,deposit\nKayak,£12,£40\nLife jacket,£3,£10\nWet suit,£5,£20\nLocker per month,£8,\n", "en"),
        ("dish,price\nTomato soup,£4\nGrilled salmon,£12\nVegetable lasagne,£9\nApple pie,£5\nCoffee,£2\n", "en"),
    ],
)
def test_language_of(text: str, language: str) -> None:
    assert language_of(text) == language
    assert not text or read_document("a.txt", text.encode()).language == language


LICENSE = (
    "This book is for the use of anyone anywhere at no cost and with almost no restrictions. You may copy it, give it "
    "away or use it again under the terms of the license that is included with this book.\n\n"
)


@pytest.mark.parametrize("language", EXPECTED)
@pytest.mark.parametrize("times", [1, 5, 12])
def test_a_text_with_english_before_it_is_in_its_language(language: str, times: int) -> None:
    text = LICENSE * times + "\n\n".join(document.text for document in documents(language)) * 3 * times
    assert language_of(text) == language


def test_a_question_is_in_one_of_the_languages_there_are() -> None:
    assert language_of("Qui dirige le club ?", ("en", "fr")) == "fr"
    assert language_of("who leads the club", ("de", "en", "fr")) == "en"
    assert language_of("who leads the club", ("fr",)) == "fr"


def test_a_file_in_squads_format_is_in_one_language(tmp_path: Path) -> None:
    asked = {"question": "Wer?", "answers": []}
    paragraphs = [
        {"context": text, "qas": [asked]} for text in ("Das Museum öffnet um neun Uhr.", "Er heißt Paul Smith.")
    ]
    file = tmp_path / "squad.json"
    file.write_text(json.dumps({"data": [{"title": "Museum", "paragraphs": paragraphs}]}), "utf-8")
    squad = read_gold(file)
    assert isinstance(squad, Squad)
    assert [document.language for document in squad.documents] == ["de", "de"]


# Sentences.


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("zh", ["你知道吗？", "他说：“请进。坐吧！”", "然后走了。"]),
        ("ja", ["「はい。本です。」と彼は言った。", "何時に閉まりますか？", "九時です！"]),
        ("ar", ["متى تغلق المكتبة؟", "قال المدير: «نرحب بالجميع. ادخلوا.»", "ثم غادر!"]),
        ("de", ["Das war im 19. Jahrhundert so.", "Dr. Müller wohnt z. B. im 2. Stock.", "Wer noch?"]),
        ("fr", ["M. Dupont ouvre à 9 h.", "Mme. Roux ferme à 18 h.", "Quel est le prix ?", "Il est de 5 €."]),
        ("es", ["¿Cuánto cuesta?", "Lo sabe D. Juan Ruiz.", "¡Es gratis!"]),
        ("ru", ["Он основан в 1905 г. купцом.", "Школа им. Пушкина закрыта.", "А. С. Петров сказал: «Да. Верно.»"]),
    ],
)
def test_sentences_end_where_the_language_has_it(language: str, sentences: list[str]) -> None:
    between = "" if language in {"zh", "ja"} else " "
    document = Document("a", "", None, between.join(sentences), language=language)
    assert [passage.text for passage in split(document)] == sentences


def test_lines_of_chinese_wrap_anywhere() -> None:
    first = "图" * 39 + "会"
    document = Document("a", "", None, f"{first}\n费是一百元。\n\n完。", language="zh")
    assert [passage.text for passage in split(document)] == [f"{first}\n费是一百元。", "完。"]
    assert "会费" in terms(f"{first}\n费是一百元。", "zh")


# Terms.


@pytest.mark.parametrize(
    ("language", "same"),
    [
        ("es", "habitación habitaciones HABITACION"),
        ("es", "abrió abrían"),
        ("de", "Häuser Haus Hauses"),
        ("de", "Müller Mueller müllern"),
        ("de", "Straße STRASSE Strassen"),
        ("fr", "fermée fermés fermer"),
        ("fr", "l'université universités"),
        ("fr", "première premiers"),
        ("fr", "cœur coeur CŒUR"),
        ("pl", "Łódź łódź ŁÓDŹ Lodz"),
        ("tr", "ışık IŞIK Işık"),
        ("ru", "библиотека библиотекой БИБЛИОТЕКИ"),
        ("ru", "ёлка елки"),
        ("ru", "музей музея музеи"),
        ("ar", "المكتبة مكتبة والمكتبات بالمكتبة"),
        ("ar", "أحمد احمد أَحْمَد"),
        ("ar", "مدرسة مـــدرسة"),
        ("ar", "٢٠٢٤ 2024"),
        ("de", "1.000 1000 1,000"),
        ("zh", "７ 7"),
        ("ja", "⽇本 日本"),  # a radical, as which many a PDF has it
    ],
)
def test_forms_of_a_word_are_one_term(language: str, same: str) -> None:
    assert len(set(terms(same, language))) == 1


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("zh", "图书馆什么时候开门？", ["图书", "书馆", "开门"]),
        ("zh", "三十天", ["三十", "天"]),
        ("ja", "図書館は何時に開きますか", ["図書", "書館", "開"]),
        ("ja", "ｶﾞｲﾄﾞのりんごが", ["ガイ", "イド", "りん", "んご"]),
        ("ko", "박물관", ["박물", "물관"]),
        ("th", "น้ำลึก 2 เมตร", ["น้", "้ำ", "ำล", "ลึ", "ึก", "2", "เม", "มต", "ตร"]),
        ("de", "Wer ist der Leiter der Bücherei?", ["leit", "bucherei"]),
        ("it", "Il museo è aperto", ["il", "museo", "e", "aperto"]),  # word for word
        ("fr", "Qu'est-ce que l'ombre d'un doute ?", ["ombre", "dout"]),
        ("en", "日本語です", ["日本語です"]),
    ],
)
def test_terms_of_a_language(language: str, text: str, found: list[str]) -> None:
    assert terms(text, language) == found


LETTERS = {
    "en": "abkTHE é'3.",
    "es": "aeñóü LA'3.",
    "de": "aäöß DER'3.",
    "fr": "aéçœ L'UN3.",
    "ru": "айёж ОНИ3.",
    "ar": "ابأإةىمدرسه ٣.",
    "zh": "图书馆的吗谁三3。",
    "ja": "図書館はガパのまです三3。",
}
WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F) if chr(code) not in "'.,:-"}
DECORATIONS: dict[str, Callable[[str], str]] = {
    "soft hyphens": "\u00ad".join,
    "zero width": "\u200b".join,
    "direction": lambda text: f"\u200f{text}\u200e",
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "full width": lambda text: "".join(WIDE.get(character, character) for character in text),
    "ligatures": lambda text: text.replace("fi", "ﬁ").replace("لا", "ﻻ"),
    "marked": lambda text: "".join(f"{c}\u0301" if c in "аеою" else f"{c}\u064e" if c in "مدرس" else c for c in text),
    "drawn out": lambda text: text.replace("مد", "مـد"),
}


@pytest.mark.parametrize("language", LETTERS)
@given(st.data())
def test_how_a_text_is_typed_changes_no_term_and_no_quote(language: str, data: st.DataObject) -> None:
    plain = data.draw(st.lists(st.text(LETTERS[language], max_size=8) | st.just("fine")).map(" ".join))
    decorate = data.draw(st.sampled_from(sorted(DECORATIONS)).map(DECORATIONS.__getitem__))
    typed = decorate(plain)
    assert terms(typed, language) == terms(plain, language)
    tokens = tokenize(typed, language)
    assert all(before.end <= token.start for before, token in pairwise(tokens))
    for token, other in zip(tokens, tokenize(plain, language), strict=True):
        written, meant = typed[token.start : token.end], plain[other.start : other.end]
        assert terms(written, language) == terms(meant, language)


@pytest.mark.parametrize("language", ["es", "de", "fr", "ru"])
@given(st.data())
def test_case_and_accents_change_no_term(language: str, data: st.DataObject) -> None:
    plain = data.draw(st.text(LETTERS[language].lower().translate({ord("й"): "", ord("."): ""})))
    bare = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    assert terms(plain.upper(), language) == terms(plain, language)
    assert terms(bare, language) == terms(plain, language)


@pytest.mark.parametrize("language", ["de", "ar", "zh", "ja", "ko", "th", "it"])
@given(st.text())
def test_any_text_has_tokens_in_order_and_every_letter_in_one(language: str, text: str) -> None:
    inside: set[int] = set()
    before = 0
    for term, start, end in tokenize(text, language):
        assert before <= start < end <= len(text)
        assert term == "" or term.strip()
        inside.update(range(start, end))
        before = end
    assert all(n in inside for n, c in enumerate(text) if c.isalpha() and not unicodedata.combining(c))


# Anything at all.

SENTENCES = [
    "The museum opens at nine. ", "Who is Karl Brandt? ", "Das Büro ist montags geschlossen. ", "Wer leitet das Büro? ",
    "Le théâtre a été fondé par Hélène Béranger. ", "¿Quién abre el mercado? ", "El mercado abre los martes. ",
    "Парк заложил генерал Фёдор Орлов в 1874 г. ", "مديرُ المتحفِ هو خالد\u200f الحسن. ", "من هو؟ ", "館長是陳美玲。",
    "谁是馆长？", "市民ﾌﾟｰﾙは午前１０時に開きます。", "「はい。」", "시립 도서관은 8시에 문을 엽니다. ",
    "הספרייה נפתחת בשמונה. ", "ห้องสมุดเปิดแปดโมง ", "नगर पुस्तकालय खुलता है। ", "ŞEHİR kütüphanesi ışık. ",
    "😀👨\u200d👩\u200d👧", "①㍿﷽ﬁ⽇", "\u202e", "\u0301", "\u3099", "\ufeff",
    "\n", "\n\n", "\r\n", "# ", "• ", "1. ",
]  # fmt: skip
TYPED = [
    str,
    str.upper,
    "\u200b".join,
    "\u00ad".join,
    partial(unicodedata.normalize, "NFD"),
    partial(unicodedata.normalize, "NFKC"),
]
TEXTS = st.builds(
    lambda type_, parts: str(type_("".join(parts))),
    st.sampled_from(TYPED),
    st.lists(st.sampled_from(SENTENCES) | st.text(max_size=4), min_size=1, max_size=12),
)


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_quotes_of_any_texts_are_slices_of_them(texts: list[str], question: str, encoding: str) -> None:
    documents: list[Document] = []
    for number, text in enumerate(texts):
        with suppress(DocumentError):  # nothing is written in it
            documents.append(read_document(f"{number}.txt", text.encode(encoding)))
    with suppress(QuestionError):  # nothing is asked
        answer = Answerer(documents).ask(question)
        for citation in (*answer.citations, *answer.nearest):
            text = texts[int(citation.document.id.removesuffix(".txt"))]
            text = text.removeprefix("\ufeff") if encoding == "utf-8" else text
            assert text[citation.start : citation.end] == citation.quote == citation.quote.strip() != ""
            line = len(re.findall(r"\r\n|\r|\n", text[: citation.start])) + 1
            assert re.match(rf"lines? {line}\b", place(citation.document, citation.start, citation.end))
            if citation.highlight:
                start, end = citation.highlight
                assert citation.start <= start < end <= citation.end


# Questions.


@pytest.mark.parametrize(
    ("language", "question", "english", "want"),
    [
        ("es", "¿Cuántos socios hay?", "how many", Want.COUNT),
        ("es", "¿Cuánto cuesta la entrada?", "how much", Want.AMOUNT),
        ("es", "¿Por qué se construyó?", "why", Want.CAUSE),
        ("de", "Wann öffnet das Museum?", "when", Want.DATE),
        ("de", "Um wie viel Uhr öffnet das Museum?", "when", Want.DATE),
        ("de", "Wieviele Glocken hat der Turm?", "how many", Want.COUNT),
        ("de", "Wer ist die Leiterin?", "who is the", Want.PERSON),
        ("fr", "Où se trouve la salle ?", "where", Want.PLACE),
        ("fr", "Est-ce que le musée est ouvert ?", "is", Want.YES_NO),
        ("ru", "Сколько лет длилось строительство?", "how old", Want.AMOUNT),
        ("ru", "В котором часу открывается музей?", "when", Want.DATE),
        ("ru", "Открыт ли музей?", "is", Want.YES_NO),
        ("ar", "متى تغلق المكتبة؟", "when", Want.DATE),
        ("ar", "من صمم الجسر؟", "who", Want.PERSON),
        ("zh", "阅览室有多少个座位？", "how many", Want.COUNT),
        ("zh", "桥有多高？", "how much", Want.AMOUNT),
        ("zh", "王建国几岁？", "how old", Want.AMOUNT),
        ("zh", "图书馆有几层？", "how many", Want.COUNT),
        ("zh", "图书馆星期几休息？", "when", Want.DATE),
        ("zh", "图书馆在哪？", "where", Want.PLACE),
        ("zh", "桥在哪一年建成？", "when", Want.DATE),
        ("zh", "谁是会长？", "who", Want.PERSON),
        ("ja", "館長は誰ですか？", "who is the", Want.PERSON),
        ("ja", "図書館は何時に開きますか？", "when", Want.DATE),
        ("ja", "工事は何年間続きましたか？", "how long", Want.AMOUNT),
        ("ja", "塔は何メートルですか？", "how much", Want.AMOUNT),
        ("ja", "会長は何歳ですか？", "how old", Want.AMOUNT),
        ("it", "Chi dirige il club?", "", Want.THING),
        ("de", "Öffnungszeiten Museum", "", Want.THING),
    ],
)
def test_what_a_question_wants(language: str, question: str, english: str, want: Want) -> None:
    assert asked_in_english(question, language)[0] == english
    assert parse(question, language=language).want is want


def test_names_of_a_question() -> None:
    """Where every noun has a capital, two together are a name."""
    assert parse("Wie viele Kinder hat Ulrich Stolte?", language="de").names == {"ulrich", "stolt"}
    assert parse("¿Quién es Marta Olmedo?", language="es").names == {"mart", "olmed"}
    assert parse("谁是陈志远？", language="zh").names == frozenset()
