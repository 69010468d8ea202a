"""Bytes → text, in whatever encoding people's files have: offsets count the characters of what this returns."""

import codecs
from contextlib import suppress

from charset_normalizer import from_bytes

from corpus.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What files of the last decades come in. A detector left to choose among all that were ever in use takes a short text
# for any of them; EBCDIC and the like would have to be converted.
_WIDE = ["utf_16_le", "utf_16_be"]
_NARROW = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "koi8_r"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_15", "cp866", "cp855", "mac_cyrillic"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_PREFERRED = "cp1252"  # of encodings that suit the bytes equally well: by far the most used
_ZEROS = 0.25  # of the characters of a Latin text in UTF-16: so many have a zero byte at the least; in others none has
_SAMPLE = 1 << 20  # bytes that are enough to tell an encoding by
_ESCAPE = b"\x1b$"  # what leads into Japanese in ISO-2022-JP, whose bytes are ASCII all


def decode(data: bytes) -> str:
    """The text in the bytes: by its byte order mark, or as UTF-8, or else in the encoding charset-normalizer finds.

    A byte order mark is no text; nothing else is left out or changed. Raises DocumentError where no encoding suits.
    """
    if _ESCAPE in data and data.isascii() and b"\0" not in data:
        with suppress(UnicodeDecodeError):
            return data.decode("iso2022_jp")
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
        if "\0" not in text:
            return text
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            named = encoding.removesuffix("-sig").upper()
            raise DocumentError(
                f"is damaged: it begins as {named} and is not (byte {error.start}): save it again in UTF-8"
            ) from None
    for found in _likely(data):
        try:
            text = data.decode(found)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DocumentError("is binary, or in an unknown encoding: save it as text in UTF-8", "take it out of the folder")


def _likely(data: bytes) -> list[str]:
    """The encodings that suit the bytes, likeliest first."""
    sample = data[: min(len(data), _SAMPLE) // 4 * 4 or len(data)]
    zeros = max(sample[0::2].count(0), sample[1::2].count(0))
    if zeros:
        found = list(from_bytes(sample, cp_isolation=_WIDE))
        if zeros < len(sample) / 2 * _ZEROS:  # not Latin, or binary, which reads as no language
            found = [match for match in found if match.coherence]
    else:
        # Cut after a line: its end is no part of another character, as any other byte may be.
        lines = data[: data.rfind(b"\n", 0, _SAMPLE) + 1] if len(data) > _SAMPLE else data
        found = list(from_bytes(lines or data, cp_isolation=_NARROW))
    if not found:
        return []
    best = [match for match in found if (match.chaos, -match.coherence) == (found[0].chaos, -found[0].coherence)]
    names = [name for match in best for name in match.could_be_from_charset]
    return [*([_PREFERRED] if _PREFERRED in names else []), *(match.encoding for match in found)]
