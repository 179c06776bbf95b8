"""What an agency's clerk wrote down: the same person, a little differently at each agency."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field, replace
from datetime import date

from benefits.calendar import add_months
from sample.names import NICKNAMES, misread, mistyped
from sample.population import Household, Person, Place


@dataclass(frozen=True)
class Written:
    """One person's identity as one agency has it."""

    first: str
    middle: str
    last: str
    born: date | None
    ssn: str
    sex: str


@dataclass(frozen=True)
class Clerk:
    """Writes for one agency; the same person always the same way.

    `issued`: whom the agency's own numbers stand for, which is part of the truth.
    """

    agency: str
    seed: int
    first_month: date
    months: int
    issued: dict[str, str] = field(default_factory=dict, compare=False)

    def number(self, who: str) -> str:
        """The agency's own number for a person or a household: twelve digits that tell nothing to another agency."""
        digest = hashlib.blake2b(f"{self.seed}:{self.agency}:{who}".encode(), digest_size=8).digest()
        number = f"{int.from_bytes(digest, 'big') % 10**12:012d}"
        self.issued[number] = who
        return number

    def person(self, person: Person) -> Written:
        rng = random.Random(f"{self.seed}:{self.agency}:{person.id}")
        seen = Written(person.first, person.middle, person.last, person.born, person.ssn, person.sex)
        if rng.random() < 0.05:
            seen = replace(seen, first=NICKNAMES.get(seen.first, seen.first))
        if rng.random() < 0.02:
            seen = replace(seen, first=mistyped(seen.first, rng))
        if rng.random() < 0.015:
            seen = replace(seen, last=mistyped(seen.last, rng))
        if rng.random() < 0.4:
            seen = replace(seen, middle="")
        child = person.age(self.day(self.months)) < 18
        if rng.random() < (0.10 if child else 0.03):
            seen = replace(seen, ssn="")
        elif rng.random() < 0.012:
            seen = replace(seen, ssn=misread(seen.ssn, rng))
        if rng.random() < 0.005 and person.born.day <= 12:
            seen = replace(seen, born=person.born.replace(month=person.born.day, day=person.born.month))
        return seen

    def day(self, index: int) -> date:
        """The first day of a month of the sample."""
        return add_months(self.first_month, index)

    def end(self, index: int) -> date | None:
        """The first day after a span; None when it is still open."""
        return None if index >= self.months else self.day(index)

    def places(self, home: Household, start: int, end: int) -> list[tuple[Place, date]]:
        """Where the household lived in months [start, end), each with the day since when."""
        found = []
        for stay, following in zip(home.stays, [*home.stays[1:], None], strict=True):
            until = following.since if following else self.months
            if stay.since < end and until > start:
                found.append((self._street(home, stay.place), self.day(stay.since)))
        return found

    def _street(self, home: Household, place: Place) -> Place:
        rng = random.Random(f"{self.seed}:{self.agency}:{home.id}:{place.street}")
        if rng.random() < 0.02:
            return replace(place, street=place.street.replace("Street", "St.").replace("Avenue", "Ave"))
        if rng.random() < 0.006:
            number, _, name = place.street.partition(" ")
            return replace(place, street=f"{number} {mistyped(name, rng)}")
        return place
