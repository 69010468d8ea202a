"""Which words may stand for one another, and which say little: small lists, by hand, of common English only.

A list that needs a name of this or that document has no place here.
"""

from collections.abc import Callable, Iterable
from functools import cache, lru_cache

from retrieval.terms import terms
from retrieval.thesaurus import thesaurus

_SAYING = """
    say said state stated tell told announce announced add added remark remarked explain explained note noted stress
    stressed emphasize emphasise emphasized comment commented claim claimed declare declared assure assured confirm
    confirmed mention mentioned argue argued describe described
"""
_CLASSES = """
    go travel visit visited come fly trip tour arrive arrived journey
    supply provide give send deliver ship shipment
    start begin open launch
    founded establish established create created set
    end finish close stop conclude over
    cost price pay fee charge
    spokesman spokesperson spokeswoman
    deal agreement pact treaty accord
    weapon arms armament munition arm
    big large huge great
    concerned concerning worried worrying worry concern
    happen occur take
    keep continue remain
    make build construct
    buy purchase
    help aid assist support
    use using employ
    die died death
    born birth
    ask asked request requested demand
    response respond responded react reaction reply
    ally allies partner
    country nation
    allow permit let
    forbid forbidden ban banned prohibit
    think consider believe
    war conflict
    lethal deadly
    rise increase grow raise
    fall decrease decline drop
    first 1st
    second 2nd
    third 3rd
    fourth 4th
    fifth 5th
    sixth 6th
    seventh 7th
    eighth 8th
    ninth 9th
    tenth 10th
"""
_LIGHT = """
    say said tell told state know think see want look find mean happen do take place get make made let put kind type
    sort form part way name exactly mention according article text document documents people person story news actually
    currently ever going like specific specifically main likely already right now please someone anybody anyone anything
"""
_SPEECH = """
    says warned warns threatened threatens criticized criticised asked replied responded answered promised reacted wrote
    writes insisted admitted denied complained suggested praised accused accuses tells statement stating saying noting
    adding emphasizing emphasising calling called considered
"""
# What turns a word into another of its family ("Russia", "Russian"; "destabilize", "destabilizing").
_ENDINGS = """
    a ia ian ean an n ese es ish e i y ies ic ical al ally ment ement ation ition ion or er ist ism ity ness ous
"""
_OF_NAMES = "a ia ian ean an n ese es ish i ic"  # the same for a name: what makes an adjective of it ("Chinese")


_ALIKE = 0.8  # how far words of one class stand for each other
_OF_FAMILY = 0.75  # and those of one family
_ROOT = 4  # letters that words of one family share at the least
_LONGEST_ENDING = 5
_VOWELS = "aeiy"  # that an ending takes the place of


def says_little(term: str) -> bool:
    """Whether a term of a question, unmet, says little: what it is about stands in its other words."""
    return term in _light()


@lru_cache(maxsize=65_536)
def related(first: str, second: str, *, names: bool = False) -> float:
    """How far one term may stand for another, from 0 (not at all) to 1 (the same).

    Besides the classes above, a name and its adjective ("Russia", "Russian") count, and, unless they are ``names``,
    other words of one family: Mill is not Miller.
    """
    if first == second:
        return 1.0
    if not first or not second:
        return 0.0
    classes = _membership()
    if first in classes and second in classes and not classes[first].isdisjoint(classes[second]):
        return _ALIKE
    return _OF_FAMILY if first[:_ROOT] == second[:_ROOT] and second in _family(first, names=names) else 0.0


def related_to_any(term: str, others: tuple[str, ...]) -> bool:
    """Whether a term may stand for any of the others, none of them a name."""
    alike, families = _kin(others)
    family = families.get(term[:_ROOT], ())
    return term in alike or (bool(family) and not _family(term, names=False).isdisjoint(family))


@lru_cache(maxsize=1_024)
def _kin(terms: tuple[str, ...]) -> tuple[frozenset[str], dict[str, list[str]]]:
    """Some terms with all of their classes, and the terms by the letters that their families begin with."""
    alike = {other for term in terms for number in _membership().get(term, ()) for other in _members()[number]}
    families: dict[str, list[str]] = {}
    for term in terms:
        families.setdefault(term[:_ROOT], []).append(term)
    return frozenset(alike.union(terms)), families


def relatives(term: str, beginning: Callable[[str], Iterable[str]], *, name: bool) -> dict[str, float]:
    """The terms that may stand for ``term``, a name or not, itself among them, each with how far.

    They are of its classes, synonyms if it is no name, or of those known to begin with a prefix of it, which
    ``beginning`` gives.
    """
    prefix = term[: max(_ROOT, len(term) - _LONGEST_ENDING - 1)]
    known = beginning(prefix) if len(prefix) >= _ROOT else ()
    found = dict.fromkeys(_speech_terms(), _ALIKE) if term in _speech_terms() else {}
    if not name:
        found |= thesaurus().synonyms(term)
    for other in _family(term, names=name).intersection(known):
        found[other] = max(_OF_FAMILY, found.get(other, 0.0))
    for number in _membership().get(term, ()):
        for other in _members()[number]:
            found[other] = max(_ALIKE, found.get(other, 0.0))
    return found | {term: 1.0}


def _family(term: str, *, names: bool) -> set[str]:
    """What else a term may be with another ending: with one more, without the one it has, or with one in its place."""
    endings = _endings_of_names() if names else _endings()
    if len(term) < _ROOT:
        return set()
    roots = [term.removesuffix(ending) for ending in endings if term.endswith(ending)]
    roots = [root for root in roots if len(root) >= _ROOT]
    found = {f"{term}{ending}" for ending in endings}.union(roots)
    if term[-1] in _VOWELS and len(term) > _ROOT:
        found.update(f"{term[:-1]}{ending}" for ending in endings)
    found.update(f"{root}{vowel}" for root in roots if len(root) < len(term) - 1 for vowel in _VOWELS)
    return found


def speaks(word: str) -> bool:
    """Whether a word, in lower case, is one for speaking or writing."""
    return word in _speech()


@cache
def _membership() -> dict[str, frozenset[int]]:
    """Term → the numbers of its classes."""
    members: dict[str, frozenset[int]] = {}
    for number, words in enumerate((_SAYING, *_CLASSES.strip().splitlines())):
        for term in terms(words):
            members[term] = members.get(term, frozenset()) | {number}
    return members


@cache
def _members() -> dict[int, frozenset[str]]:
    """The number of a class → its terms."""
    numbers = {number for classes in _membership().values() for number in classes}
    return {number: frozenset(t for t, classes in _membership().items() if number in classes) for number in numbers}


@cache
def _speech_terms() -> frozenset[str]:
    return frozenset(terms(_SAYING + _SPEECH))


@cache
def _light() -> frozenset[str]:
    return frozenset(terms(_LIGHT))


@cache
def _speech() -> frozenset[str]:
    return frozenset((_SAYING + _SPEECH).split())


@cache
def _endings() -> frozenset[str]:
    return frozenset(_ENDINGS.split())


@cache
def _endings_of_names() -> frozenset[str]:
    return frozenset(_OF_NAMES.split())
