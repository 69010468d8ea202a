"""WordNet → the thesaurus: ``python -m retrieval.thesaurus_making FOLDER`` writes it beside the models.

FOLDER holds WordNet's database (Fellbaum, 1998), as in Debian's package wordnet-base: ``data.noun``, ``index.noun``,
``cntlist.rev`` … in the format of wndb(5WN). How far one word may stand for another is the worth of the relation
between two of their senses, times how often the words are meant in these senses.
"""

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from spellchecker import SpellChecker

from corpus import GoldError, UserError
from retrieval.terms import terms
from retrieval.thesaurus import FILE, Thesaurus

PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
COMMON = 20  # how often a word must stand in pyspellchecker's counts
NEAREST = 20  # of a term, the most that are kept
IRREGULAR = 0.7  # how often a word such as "born" is meant as a verb, at the least
LEAST = 0.25  # the credit from which they are

# What a relation is worth where the words are hardly ever, and where they are always, meant in these senses. Of the
# sentences of a paragraph of SQuADShifts that lack a word of a question, those with a word so related hold the answer
# two to three times as often as the others; for the narrower and the wider word it is one and a half to two.
WORTH = {
    "same": (0.45, 0.75),
    "=": (0.6, 0.6),  # attribute: "deep", "depth"
    "+": (0.5, 0.6),  # derivation: "sell", "sale"
    "\\": (0.5, 0.5),  # pertains to
    "&": (0.35, 0.55),  # similar
    "~": (0.25, 0.5),  # narrower
    "@": (0.15, 0.35),  # wider
}
RARELY = {"same": 0.02, "&": 0.05, "~": 0.05, "@": 0.05}
"""How often, at the least, both words must be meant so."""

Sense = tuple[str, str]  # part of speech, and offset in its data file


class Synset(NamedTuple):
    """The words of one sense, and its relations: kind, the other sense, and the words' places, 0 for all of them."""

    words: list[str]
    pointers: list[tuple[str, Sense, int, int]]


def make(folder: Path) -> Thesaurus:
    """The thesaurus in WordNet's database. Raises GoldError if a file of it is missing or no such file."""
    try:
        synsets = {sense: synset for name, part in PARTS.items() for sense, synset in _synsets(folder, name, part)}
        meant = _meant(folder)
    except OSError as error:
        raise GoldError(f"{folder}: holds no WordNet database ({error.strerror}: {error.filename})") from None
    except (ValueError, IndexError):
        raise GoldError(
            f"{folder}: is no WordNet database, or a damaged one: the format is that of wndb(5WN)"
        ) from None
    counts = SpellChecker().word_frequency
    term_of = {word: found[0] for word in meant if (found := _term(word)) and counts[word] > COMMON}
    shares = _shares({word: float(counts[word]) for word in term_of}, term_of)

    def use(word: str, sense: Sense) -> float:
        return shares.get(word, 0.0) * meant.get(word, {}).get(sense, 0.0)

    near: dict[str, dict[str, float]] = defaultdict(dict)
    for kind, one, sense, other, second in _related(synsets):
        if one not in term_of or other not in term_of or term_of[one] == term_of[other]:
            continue
        both = min(use(one, sense), use(other, second))
        rare, always = WORTH[kind]
        credit = rare + (always - rare) * both
        if both >= RARELY.get(kind, 0) and credit >= LEAST:
            for a, b in ((term_of[one], term_of[other]), (term_of[other], term_of[one])):
                near[a][b] = max(near[a].get(b, 0.0), credit)
    verbs: dict[str, float] = defaultdict(float)
    for word, term in term_of.items():
        verbs[term] += sum(use(word, sense) for sense in meant[word] if sense[0] == "v")
    for form, base, *_ in _lines(folder / "verb.exc"):
        for term in set(_term(form)) - set(_term(base)):
            verbs[term] = max(verbs[term], IRREGULAR)
    return _arrays(near, verbs)


def _arrays(near: Mapping[str, Mapping[str, float]], verbs: Mapping[str, float]) -> Thesaurus:
    best = {
        term: sorted(others.items(), key=lambda item: (-item[1], item[0]))[:NEAREST] for term, others in near.items()
    }
    known = sorted({*best, *(term for term, share in verbs.items() if share >= 0.01)})
    number = {term: place for place, term in enumerate(known)}
    rows = [best.get(term, []) for term in known]
    return Thesaurus(
        np.array([term.encode() for term in known]),
        np.cumsum([0, *map(len, rows)], dtype=np.int32),
        np.array([number[other] for row in rows for other, _ in row], np.uint16),
        np.array([round(100 * credit) for row in rows for _, credit in row], np.uint8),
        np.array([round(100 * verbs[term]) for term in known], np.uint8),
    )


def _term(word: str) -> list[str]:
    """The term of a plain word in lower case; none for any other."""
    found = terms(word) if word.isascii() and word.isalpha() and word.islower() else []
    return found if len(found) == 1 and found[0].isalpha() else []


def _shares(counts: dict[str, float], term_of: dict[str, str]) -> dict[str, float]:
    """How much of the use of its term each word is."""
    total: dict[str, float] = defaultdict(float)
    for word, term in term_of.items():
        total[term] += counts[word]
    return {word: counts[word] / total[term] for word, term in term_of.items()}


def _synsets(folder: Path, name: str, part: str) -> Iterator[tuple[Sense, Synset]]:
    for fields in _lines(folder / f"data.{name}"):
        many = int(fields[3], 16)
        words = [re.sub(r"\(\w+\)$", "", word).lower() for word in fields[4 : 4 + 2 * many : 2]]
        first = 5 + 2 * many
        pointers = [
            (kind, (other.replace("s", "a"), offset), *divmod(int(places, 16), 256))
            for kind, offset, other, places in (
                fields[at : at + 4] for at in range(first, first + 4 * int(fields[first - 1]), 4)
            )
        ]
        yield (part, fields[0]), Synset(words, pointers)


def _meant(folder: Path) -> dict[str, dict[Sense, float]]:
    """How often each word is meant in each of its senses, by the counts of WordNet's own texts."""
    counted: Counter[tuple[str, str, int]] = Counter()
    parts = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
    for key, number, count in _lines(folder / "cntlist.rev"):
        word, _, kind = key.partition("%")
        counted[word, parts[kind[0]], int(number)] += int(count)
    weights: dict[str, dict[Sense, float]] = defaultdict(dict)
    for name, part in PARTS.items():
        for fields in _lines(folder / f"index.{name}"):
            for place, offset in enumerate(fields[6 + int(fields[3]) :], 1):
                # What was never counted is rarer the later it is listed.
                weights[fields[0]][part, offset] = counted[fields[0], part, place] + 0.5 / place
    return {
        word: {sense: weight / sum(senses.values()) for sense, weight in senses.items()}
        for word, senses in weights.items()
    }


def _related(synsets: dict[Sense, Synset]) -> Iterator[tuple[str, str, Sense, str, Sense]]:
    """Every pair of words that stand in a relation, with the senses in which they do."""
    for sense, (words, pointers) in synsets.items():
        yield from (("same", one, sense, other, sense) for one in words for other in words if one != other)
        for kind, second, source, target in pointers:
            if kind in WORTH:
                others = synsets[second].words
                for one in [words[source - 1]] if source else words:
                    yield from (
                        (kind, one, sense, other, second) for other in ([others[target - 1]] if target else others)
                    )


def _lines(file: Path) -> Iterator[list[str]]:
    """The fields of each line, but for those of the licence, which begin with a space, and for the glosses."""
    with file.open(encoding="latin-1") as lines:
        yield from (line.partition(" | ")[0].split() for line in lines if not line.startswith(" "))


def main(argv: Sequence[str]) -> int:
    """Reads WordNet, writes the thesaurus; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval.thesaurus_making", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("folder", type=Path, help="WordNet's database, such as /usr/share/wordnet")
    parser.add_argument("--output", type=Path, default=FILE, help="the file to write (default: beside the models)")
    arguments = parser.parse_args(argv)
    try:
        made = make(arguments.folder)
    except UserError as error:
        print(f"verbatim: {error}", file=sys.stderr)
        return 2
    made.write(arguments.output)
    print(f"{arguments.output.name}: {len(made.terms):,} terms, {len(made.near):,} relations")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
