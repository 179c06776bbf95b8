"""Keyed hashes: tokens of SSNs, keys of records and facts. Without the key nothing can be looked up."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

_DIGITS = re.compile(r"\D")


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


class KeptTokens(Hasher):
    """For rows that were set aside, whose SSNs are tokens already."""

    def ssn(self, text: str | None) -> str | None:
        return text or None


def repaired_ssn(text: str | None) -> str | None:
    """Nine digits, leading zeros restored; None for what no SSN can be."""
    digits = _DIGITS.sub("", text or "")
    if not 7 <= len(digits) <= 9:
        return None
    digits = digits.zfill(9)
    impossible = digits[:3] in {"000", "666"} or digits[3:5] == "00" or digits[5:] == "0000"
    return None if impossible or len(set(digits)) == 1 else digits
