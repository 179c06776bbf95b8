"""Keyed hashes: tokens of SSNs, keys of records and facts. Without the key nothing can be looked up.

An SSN becomes one whole token, which the graph knows, and near tokens, which the linkage store alone knows: of its
digits, of what is left when one digit is left out, of its first five and its last four. Two numbers that share one of
the first two kinds differ in one misread, lost or doubled digit, or in two neighbours that were swapped.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from anyascii import anyascii

_DIGITS = re.compile(r"\D", re.ASCII)
_FRACTION = re.compile(r"\.0*$")
_LETTER = re.compile(r"[^\W\d_]")
NEAR = ":near"
"""What the name of a column of SSNs has behind it where its near tokens are meant."""
SSN_DIGITS = 9
NEAR_DIGITS = 16
NOBODYS = frozenset({"123456789", "987654321", "078051120", "219099999", "457555462", "012345678"})
"""Numbers that forms, wallets and advertisements made common."""


@dataclass(frozen=True)
class Hasher:
    """Keyed BLAKE2b. The key is a file of the data directory, readable by its owner alone."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, data: Path) -> Hasher:
        """The key of a data directory (or of CCG_TOKEN_KEY_FILE), made once."""
        file = Path(os.environ.get("CCG_TOKEN_KEY_FILE", data / "token.key"))
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(secrets.token_bytes(32))
        return cls(file.read_bytes())

    def one(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), digest_size=12, key=self.key).hexdigest()

    def many(self, texts: Iterable[str]) -> list[str]:
        key, blake = self.key, hashlib.blake2b
        return [blake(text.encode(), digest_size=12, key=key).hexdigest() for text in texts]

    def ssn(self, text: str | None) -> str | None:
        """The token of a whole SSN; None where it is missing or cannot be one."""
        number = repaired_ssn(text)
        return None if number is None else self.one(f"ssn:{number}")

    def near_ssn(self, text: str | None) -> str | None:
        """First five, last four, and near tokens of what could be an SSN, misread: 16 hex digits each, one space apart.

        A number of ten digits has no whole token and no parts (`-`), and is near those of nine.
        """
        whole = repaired_ssn(text)
        digits = whole or _digits(text)
        if not whole and (len(digits) != SSN_DIGITS + 1 or len(set(digits)) == 1):
            return None
        shorter = sorted({digits[:i] + digits[i + 1 :] for i in range(len(digits))})
        parts = [f"head:{digits[:5]}", f"tail:{digits[5:]}"] if len(digits) == SSN_DIGITS else [None, None]
        texts = [*parts, *(f"near:{number}" for number in (digits, *shorter))]
        return " ".join("-" if text is None else self.one(text)[:NEAR_DIGITS] for text in texts)


class KeptTokens(Hasher):
    """For rows that were set aside, whose SSNs are tokens already."""

    def ssn(self, text: str | None) -> str | None:
        return kept_ssn(text)[0]

    def near_ssn(self, text: str | None) -> str | None:
        return kept_ssn(text)[1]


def kept(whole: str | None, near: str | None) -> str | None:
    """Both kinds of tokens as one text, for a row that is set aside."""
    return f"{whole or '-'}|{near}" if near else whole


def kept_ssn(text: str | None) -> tuple[str | None, str | None]:
    """Whole token and near tokens of such a text."""
    whole, _, near = (text or "").partition("|")
    return (whole if whole and whole != "-" else None), near or None


def repaired_ssn(text: str | None) -> str | None:
    """Nine digits, leading zeros restored where a spreadsheet took them; None for what no SSN can be."""
    digits = _digits(text)
    least = SSN_DIGITS if _LETTER.search(text or "") else 7  # a letter among them stands for a digit
    if not least <= len(digits) <= SSN_DIGITS:
        return None
    digits = digits.zfill(SSN_DIGITS)
    impossible = digits[:3] in {"000", "666"} or digits[3:5] == "00" or digits[5:] == "0000"
    return None if impossible or len(set(digits)) == 1 or digits in NOBODYS else digits


def _digits(text: str | None) -> str:
    """The digits of a number in any script, without a spreadsheet's fraction."""
    number = _FRACTION.sub("", (text or "").strip())
    return _DIGITS.sub("", number if number.isascii() else anyascii(number))
