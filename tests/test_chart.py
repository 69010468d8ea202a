"""The picture of /stats: that it shows the numbers, and can be read on any ground."""

import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.asked import Day, Statistics
from bot.chart import FULL, GROUND, HEIGHT, HOLLOW, TEXT, WIDTH, described, drawn

FIRST = date(2024, 5, 25)
RGB = {colour: ImageColor.getrgb(colour) for colour in (GROUND, TEXT, FULL, HOLLOW)}
LEGEND = 50  # pixels at the top, where there are no bars


def statistics(*counts: tuple[int, int]) -> Statistics:
    """So many answered and unanswered questions a day."""
    return Statistics(tuple(Day(FIRST + timedelta(n), *each) for n, each in enumerate(counts)), (), (), ())


def picture(*counts: tuple[int, int]) -> Image.Image:
    return Image.open(io.BytesIO(drawn(statistics(*counts))))


def heights(image: Image.Image, colour: str) -> list[int]:
    """How many pixels of a colour stand above one another in each bar, by the middle of it; from left to right."""
    columns = [sum(image.getpixel((x, y)) == RGB[colour] for y in range(LEGEND, HEIGHT)) for x in range(WIDTH)]
    runs: list[list[int]] = []
    for before, now in zip([0, *columns], columns, strict=False):
        if now and not before:
            runs.append([])
        if now:
            runs[-1].append(now)
    return [run[len(run) // 2] for run in runs]


def test_a_bar_is_as_high_as_its_number() -> None:
    one, two, four = heights(picture((1, 0), (2, 0), (0, 0), (4, 0)), FULL)
    assert (two, four) == pytest.approx((2 * one, 4 * one), abs=2)


def test_what_is_not_answered_stands_hollow_on_what_is() -> None:
    image = picture((2, 2), (4, 0), (0, 4))
    half, whole = heights(image, FULL)
    assert whole == pytest.approx(2 * half, abs=2)
    on_top, alone = heights(image, HOLLOW)
    assert on_top == alone == 6  # two lines of three pixels, nothing between them


def test_days_on_which_nothing_was_asked_have_no_bar() -> None:
    assert heights(picture((0, 0), (3, 0), (0, 0)), FULL) != []
    assert heights(picture((0, 0), (0, 0)), FULL) == []


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=60))
def test_any_numbers_make_a_small_opaque_picture_of_one_size(counts: list[tuple[int, int]]) -> None:
    file = drawn(statistics(*counts))
    image = Image.open(io.BytesIO(file))
    image.load()
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", (WIDTH, HEIGHT))
    assert len(file) < 100_000
    corners = {image.getpixel((x, y)) for x in (0, WIDTH - 1) for y in (0, HEIGHT - 1)}
    assert corners == {RGB[GROUND]}
    assert len(described(statistics(*counts))) <= 1024  # of a description on Discord


@pytest.mark.parametrize("colour", [TEXT, FULL, HOLLOW])
def test_colours_stand_out_from_the_ground(colour: str) -> None:
    """By the contrast that WCAG 2 asks of text: https://www.w3.org/TR/WCAG22/#contrast-minimum."""
    lighter, darker = luminance(colour), luminance(GROUND)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    parts = [part / 255 for part in RGB[colour][:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_picture_in_words() -> None:
    assert described(statistics((3, 1), (5, 2), (0, 0))) == (
        "Questions a day, from 25 May 2024 to 27 May 2024: 11 in all, 8 answered and 3 not. Most on 26 May 2024: 7."
    )
