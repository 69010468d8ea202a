"""Questions a day → a picture, and the same in words for who does not see it.

Drawn on a ground of its own, so that it reads alike on Discord's dark and light ones. Bars are told apart by being full
or hollow, and not by their colour alone.
"""

import io
from datetime import date

from PIL import Image, ImageDraw, ImageFont

from bot.asked import Statistics
from bot.wording import day

WIDTH, HEIGHT = 800, 360
"""Pixels: about twice what Discord shows on a large screen, so that a small one can show it sharply."""

GROUND, TEXT, FULL, HOLLOW = "#1e1f22", "#f2f3f5", "#57c98a", "#f0b232"
"""The colours of the ground, of what is written, of answered and of unanswered questions."""

_LEFT, _TOP, _RIGHT, _BOTTOM = 100, 64, WIDTH - 24, HEIGHT - 52  # where the bars stand
_FONT = 26  # pixels
_LINE = 3  # pixels around a hollow bar


def described(statistics: Statistics) -> str:
    """What the picture shows, in a sentence."""
    days = statistics.days
    most = max(days, key=lambda asked: asked.answered + asked.unanswered)
    answered, unanswered = statistics.answered_count, statistics.unanswered_count
    return (
        f"Questions a day, from {day(days[0].day)} to {day(days[-1].day)}: {answered + unanswered:,} in all, "
        f"{answered:,} answered and {unanswered:,} not. Most on {day(most.day)}: {most.answered + most.unanswered:,}."
    )


def drawn(statistics: Statistics) -> bytes:
    """A PNG file: a bar a day, answered questions below and unanswered ones above; there is at least one day."""
    days = statistics.days
    most = max(1, *(asked.answered + asked.unanswered for asked in days))
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(_FONT)

    def write(at: tuple[int, int], text: str, anchor: str) -> None:
        draw.text(at, text, TEXT, font, anchor)

    def height(number: int) -> int:
        return round(number / most * (_BOTTOM - _TOP))

    for number, asked in enumerate(days):
        left, right = (_LEFT + (_RIGHT - _LEFT) * place // len(days) for place in (number, number + 1))
        middle, top = _BOTTOM - height(asked.answered), _BOTTOM - height(asked.answered + asked.unanswered)
        if middle < _BOTTOM:
            draw.rectangle((left + 3, middle, right - 3, _BOTTOM - 1), FULL)
        if top < middle:
            draw.rectangle((left + 3, top, right - 3, middle - 1), None, HOLLOW, _LINE)
    draw.line((_LEFT, _BOTTOM, _RIGHT, _BOTTOM), TEXT, 2)
    write((_LEFT - 12, _TOP), f"{most:,}", "rm")
    write((_LEFT - 12, _BOTTOM), "0", "rm")
    write((_LEFT, _BOTTOM + 12), _short(days[0].day), "la")
    write((_RIGHT, _BOTTOM + 12), _short(days[-1].day), "ra")
    draw.rectangle((_LEFT, 16, _LEFT + 22, 38), FULL)
    write((_LEFT + 34, 27), "answered", "lm")
    draw.rectangle((_LEFT + 190, 16, _LEFT + 212, 38), None, HOLLOW, _LINE)
    write((_LEFT + 224, 27), "not answered", "lm")
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _short(value: date) -> str:
    return f"{value.day} {value:%B}"
