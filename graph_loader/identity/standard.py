"""Names and addresses brought to one form, so that equal ones look equal."""

from __future__ import annotations

import re
from functools import cache

from anyascii import anyascii
from nameparser import HumanName
from nameparser.config import Constants
from nicknames import NickNamer

_HOUSE = re.compile(r"(\d+)\w*\s+(.+)")
_BOX = re.compile(r"\bp ?o ?b(ox)?\b|^box \d")
_NOT_WORD = re.compile(r"[^a-z0-9 ]+")
_GENERATIONS = {
    "sr": 1, "snr": 1, "senior": 1, "jr": 2, "jnr": 2, "junior": 2, "ii": 2, "2nd": 2, "iii": 3, "3rd": 3, "iv": 4,
    "4th": 4,
}  # fmt: skip
"""What tells a father from a son of one name."""
_KINDS = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln",
    "court": "ct", "place": "pl", "boulevard": "blvd", "circle": "cir", "terrace": "ter", "highway": "hwy",
    "parkway": "pkwy", "square": "sq", "way": "way", "crescent": "cres", "trail": "trl", "circuit": "cirt",
    "close": "cl",
}  # fmt: skip
"""Words that the name of a street ends in."""
_STREET = _KINDS | {
    "north": "n", "south": "s", "east": "e", "west": "w", "northeast": "ne", "northwest": "nw", "southeast": "se",
    "southwest": "sw", "mount": "mt", "saint": "st", "apartment": "", "apt": "", "aprt": "", "ste": "", "unit": "",
    "number": "", "suite": "",
}  # fmt: skip
_SPANISH = {
    "lupe": "guadalupe", "pepe": "jose", "paco": "francisco", "pancho": "francisco", "chuy": "jesus",
    "memo": "guillermo", "nando": "fernando", "beto": "alberto", "lalo": "eduardo", "nacho": "ignacio",
    "quique": "enrique", "tono": "antonio", "chelo": "consuelo", "concha": "concepcion", "lola": "dolores",
    "charo": "rosario", "chayo": "rosario", "mercha": "mercedes",
}  # fmt: skip
"""Short forms that the English list does not have."""
_WORDS = """
adult aunt available baby boarder boy brother caregiver child children cousin dad dau daughter doh downstairs dr
dude father female five four friend gent gentelman gentleman girl given grandchild granddaughter grandfather grandma
grandmother grandpa grandparent grandson group guest hija hijo home house household housekeeper husband in infant
inlaw inmate kid lady lodger loh male man minor miss moh mom mother mr mrs ms name nanny nephew newborn niece no
none not occupant of one owner parent partner patient person refuse refused renter resident respondent roomer
roommate senor senora sibling sister six son spouse stepchild stepdaughter stepson student teen tenant the three
toddler twin two uncle unknown upstairs visitor wife woman worker
"""
_PLACEHOLDERS = "fnu lnu nfn nln nmn unk null xxx test tbd"
"""What agencies put where a name is not known: first name unknown, last name unknown, no first name, and the like."""
_NOBODY = frozenset([*_WORDS.split(), *_PLACEHOLDERS.split()]) | frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
"""Words that stand where a name should: a field of these alone names nobody."""
_FAMILIES = frozenset(["boy", "child", "dau", "doh", "friend", "gent", "guest", "house", "in", "loh", "man", "minor",
                       "moh", "no", "person", "son"])  # fmt: skip
"""Those among them that are families' names too, and are taken for one behind a first name."""
_NO_FAMILY = _NOBODY - _FAMILIES
_TITLES = ("mr", "mrs", "ms", "miss", "mx", "dr", "sir", "madam", "senor", "senora", "sr", "sra")
"""What stands before a name; kings, princes, barons and judges are names."""


_EASTERN = re.compile(r"(?:([\u4e00-\u9fff]{1,2}|[\uac00-\ud7a3]{1,2})\s+)?([\u4e00-\u9fff]{1,4}|[\uac00-\ud7a3]{1,4})")
FOUR = 4
"""So many letters without a space are two and two: a Chinese family of two letters, or a Japanese one."""
_DOUBLE = """
欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 夏侯 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 司徒 东方 東方 남궁 황보 제갈 선우 독고
"""
"""Family names of two letters."""
_NO_BIRTH = {"1800-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "9999-12-31"}
"""What forms and spreadsheets hold where a birth date is not known."""
EARLIEST_BIRTH, LATEST_BIRTH = "1890", "2100"
"""Years outside are of nobody who is in a file."""


def plain(text: str | None) -> str:
    """Lower case letters, digits and single spaces; other scripts and diacritics as Latin letters."""
    if not text:
        return ""
    folded = anyascii(text).lower()
    return " ".join(_NOT_WORD.sub(" ", folded.replace("'", "").replace("’", "")).split())


def given_name(text: str | None) -> str:
    """The first given name that is more than a title or an initial; none where the field only says who someone is to
    others."""
    return next((word for word in plain(text).split() if word not in _NOBODY), "")


def initial(text: str | None) -> str:
    """The first letter of a given name, also where that is all there is."""
    name = plain(text)
    return name[:1] if len(name) == 1 else given_name(text)[:1]


def parts_of_name(text: str) -> tuple[str, str, str]:
    """First, middle and last name of a whole one, titles left out, "Jr." and the like with the last one. Of Chinese and
    Korean ones the family's is in front, of one letter, or of two where it is known to be."""
    if found := _EASTERN.fullmatch(text.strip()):
        family, given = found.groups()
        if not family:
            known = given[:2] if given.startswith(tuple(_DOUBLE.split())) or len(given) == FOUR else given[:1]
            family, given = known, given.removeprefix(known)
        return given, "", family
    words, behind = text.split(), list[str]()
    while len(words) > 1 and is_generation(words[-1]):
        behind.insert(0, words.pop())
    name = HumanName(" ".join(words).rstrip(", "), constants=_titles())
    suffixes = [word for word in [*name.suffix_list, *behind] if is_generation(word)]
    return name.first, name.middle, " ".join([name.last, *suffixes])


@cache
def _titles() -> Constants:
    return Constants(titles=_TITLES, first_name_titles=_TITLES)


def is_generation(word: str) -> bool:
    """Whether it is "Jr.", "Sr." or the like."""
    return plain(word) in _GENERATIONS


def middle_name(text: str | None) -> str:
    """The first middle name, or its initial."""
    return next((word for word in plain(text).split() if word not in _GENERATIONS), "")


def family_words(text: str | None, given: str = "") -> tuple[str, ...]:
    """The words of a family name; of two names either may be used alone. A word that may be a family's name or none,
    such as Guest, is one behind a first name."""
    first, *others = plain(text).split() or [""]
    words = [first, *(word for word in others if word not in _GENERATIONS)]
    nobody = _NO_FAMILY if given else _NOBODY
    return () if nobody.issuperset(words) or not first else tuple(words)


def generation(last: str | None, middle: str | None, first: str | None) -> int | None:
    """Which of those of one name, as "Jr." after a name says: 1 is the eldest; none where nothing does."""
    said = [*plain(last).split()[1:], *plain(middle).split(), *plain(first).split()[1:]]
    return next((_GENERATIONS[word] for word in said if word in _GENERATIONS), None)


@cache
def forms(name: str) -> tuple[str, ...]:
    """A given name and the full names that it may be short for, the likeliest first."""
    full = {*_nicknames().canonicals_of(name)} | {_SPANISH[name] for _ in range(name in _SPANISH)}
    return tuple(sorted({name, *full}, key=lambda form: (len(_nicknames().canonicals_of(form)), form)))


@cache
def _nicknames() -> NickNamer:
    return NickNamer()


def street(number: str | None, name: str | None) -> str:
    """House number and street in one form; a post office box is no address."""
    text = f"{plain(number)} {plain(name)}".strip()
    if _BOX.search(text) or not name:
        return ""
    return " ".join(filter(None, (_STREET.get(word, word) for word in text.split())))


def in_order(street: str | None, unit: str | None) -> tuple[str | None, str | None]:
    """The lines of an address, that of the street first, where they stand in the other order: the second has a house
    number, and the first, by itself, has none and is no street."""
    swapped = _is_street(unit) and _HOUSE.match(plain(unit)) and not _is_street(street)
    return (unit, street) if swapped and not _HOUSE.match(plain(street)) else (street, unit)


def _is_street(line: str | None) -> bool:
    words = plain(line).split()
    return len(words) > 1 and _STREET.get(words[-1], words[-1]) in _KINDS.values()


def house_and_road(text: str) -> tuple[str | None, str]:
    """A street's house number, where it has one, and the rest."""
    found = _HOUSE.fullmatch(text)
    return (found[1], found[2]) if found else (None, text)


def birth_date(day: object) -> str | None:
    """A birth date as text; none of those that stand for not knowing it."""
    text = str(day)[:10]
    return None if text in _NO_BIRTH or not EARLIEST_BIRTH < text < LATEST_BIRTH else text


def unit(text: str | None) -> str:
    return " ".join(filter(None, (_STREET.get(word, word) for word in plain(text).split())))


def zip5(text: str | None) -> str:
    """The first five digits of a ZIP code, which a spreadsheet may have taken leading zeros from."""
    first = re.match(r"\D*(\d+)", anyascii(text or ""))
    digits = first[1] if first else ""
    if not 3 <= len(digits) <= 9 or len(digits) in (6, 7):  # with four more digits there are eight or nine
        return ""
    return digits.zfill(9 if len(digits) > 5 else 5)[:5]
