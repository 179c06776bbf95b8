"""Names and addresses brought to one form, so that equal ones look equal."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^a-z0-9 ]+")
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
_STREET = {
    "street": "st", "str": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln",
    "court": "ct", "place": "pl", "boulevard": "blvd", "circle": "cir", "terrace": "ter", "highway": "hwy",
    "parkway": "pkwy", "square": "sq", "way": "way", "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw", "mount": "mt", "saint": "st",
    "apartment": "", "apt": "", "unit": "", "number": "", "suite": "",
}  # fmt: skip
_NICKNAMES = {
    "bill": "william", "billy": "william", "will": "william", "bob": "robert", "bobby": "robert",
    "rob": "robert", "dick": "richard", "rick": "richard", "jim": "james", "jimmy": "james", "jack": "john",
    "johnny": "john", "mike": "michael", "dave": "david", "dan": "daniel", "danny": "daniel",
        "joe": "joseph",
    "tom": "thomas", "tommy": "thomas", "tony": "anthony", "chris": "christopher", "matt": "matthew",
    "andy":
        "andrew", "drew": "andrew", "ed": "edward", "eddie": "edward", "ted": "edward", "alex": "alexander",
    "ben": "benjamin", "sam": "samuel", "nick": "nicholas", "steve": "steven", "stephen": "steven",
    "greg": "gregory", "jeff": "jeffrey", "ken": "kenneth", "larry": "lawrence", "pat": "patricia",
    "patty": "patricia", "liz": "elizabeth", "beth": "elizabeth", "betty": "elizabeth", "kate": "katherine",
    "kathy":
        "katherine", "katie": "katherine", "cathy": "katherine", "peggy": "margaret", "maggie": "margaret",
    "meg": "margaret", "sue": "susan", "susie": "susan", "jen": "jennifer", "jenny": "jennifer",
    "jess": "jessica", "becky": "rebecca", "debbie": "deborah", "deb": "deborah", "barb": "barbara",
    "cindy": "cynthia", "sandy": "sandra", "vicky": "victoria", "lupe": "guadalupe", "pepe": "jose",
    "paco": "francisco", "chuy": "jesus", "memo": "guillermo", "nando": "fernando",
}  # fmt: skip


def plain(text: str | None) -> str:
    """Lower case letters, digits and single spaces, diacritics folded."""
    if not text:
        return ""
    folded = unicodedata.normalize("NFKD", text)
    folded = "".join(char for char in folded if not unicodedata.combining(char)).lower()
    return " ".join(_NOT_WORD.sub(" ", folded.replace("'", "").replace("’", "")).split())


def given_name(text: str | None) -> str:
    """The first given name, a known nickname in its full form."""
    words = plain(text).split()
    return _NICKNAMES.get(words[0], words[0]) if words else ""


def family_name(text: str | None) -> str:
    """The family name in one word, suffixes taken off."""
    return "".join(word for word in plain(text).split() if word not in _SUFFIXES)


def street(number: str | None, name: str | None) -> str:
    """House number and street in one form; a post office box is no address."""
    text = f"{plain(number)} {plain(name)}".strip()
    if "po box" in text or not name:
        return ""
    return " ".join(filter(None, (_STREET.get(word, word) for word in text.split())))


def unit(text: str | None) -> str:
    return " ".join(filter(None, (_STREET.get(word, word) for word in plain(text).split())))


def zip5(text: str | None) -> str:
    digits = "".join(char for char in text or "" if char.isdigit())
    return digits[:5].zfill(5) if len(digits) >= 4 else ""
