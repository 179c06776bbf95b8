"""People and households of the sample, and what happens to them: moves, births, separations, jobs."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date

from benefits.calendar import add_months
from sample import names

PLACES = 8
"""At most this many people in a household."""
EMPLOYERS = 400


@dataclass(frozen=True)
class Person:
    """The truth about one person."""

    id: str
    first: str
    middle: str
    last: str
    sex: str
    born: date
    ssn: str
    disabled: bool

    def age(self, day: date) -> int:
        """Whole years on a day; -1 before birth."""
        if day < self.born:
            return -1
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True)
class Place:
    street: str
    unit: str
    town: str
    zip: str


@dataclass(frozen=True)
class Stay:
    """Where the household lives from a month (index) on."""

    since: int
    place: Place


@dataclass(frozen=True)
class Job:
    """One person's job over months [start, end), cents a month."""

    person: str
    employer: str
    start: int
    end: int
    monthly_cents: int


@dataclass
class Household:
    """People who live together: person, from month, to month (indices; `months` is the open end)."""

    id: str
    members: list[tuple[Person, int, int]]
    stays: list[Stay]
    rent_cents: int
    heats: bool
    subsidized: bool
    joint: bool
    child_care_cents: int
    child_support_cents: int
    jobs: list[Job] = field(default_factory=list)


def household(number: int, rng: random.Random, first: date, months: int) -> list[Household]:
    """One household and those that split from it. Month 0 is `first`."""
    prefix = f"{number:06d}"
    head_age, adults, children = _shape(rng)
    last = rng.choice(names.LAST)
    people = [_person(f"{prefix}-0", rng, first, head_age, last, rng.random() < 0.65)]
    if adults == 2:
        own = rng.choice(names.LAST) if rng.random() < 0.3 else last
        people.append(
            _person(f"{prefix}-1", rng, first, max(19, head_age + rng.randint(-5, 5)), own, people[0].sex == "M")
        )
    for child in range(children):
        age = rng.randint(0, min(17, max(head_age - 18, 0)))
        people.append(_person(f"{prefix}-{adults + child}", rng, first, age, last, rng.random() < 0.5))
    members = [(person, 0, months) for person in people]
    if head_age < 42 and people[0].sex == "F" and rng.random() < 0.03 * months / 12:
        born = rng.randrange(2, months - 1)
        month = add_months(first, born)
        baby = replace(_person(f"{prefix}-9", rng, month, 0, last, rng.random() < 0.5), born=month)
        members.append((baby, born, months))
    has_children = any(person.age(first) < 18 for person in people)
    subsidized = rng.random() < 0.12
    home = Household(
        id=prefix,
        members=members[:PLACES],
        stays=[Stay(0, _place(rng))],
        rent_cents=rng.randint(800, 2200) * 100,
        heats=rng.random() < 0.6,
        subsidized=subsidized,
        joint=adults == 2,
        child_care_cents=rng.randint(200, 900) * 100 if has_children and rng.random() < 0.25 else 0,
        child_support_cents=rng.randint(100, 450) * 100 if has_children and adults == 1 and rng.random() < 0.25 else 0,
    )
    if rng.random() < 0.10 * months / 12:
        home.stays.append(Stay(rng.randrange(2, months - 1), _place(rng)))
    for person in people[:adults]:
        home.jobs += _jobs(person, rng, months)
    if adults == 2 and rng.random() < 0.03 * months / 12:
        return [home, _separate(home, rng, months)]
    return [home]


def _shape(rng: random.Random) -> tuple[int, int, int]:
    """(age of the head, adults, children), heavier on families that programs serve."""
    kind = rng.random()
    if kind < 0.22:
        return rng.randint(19, 60), 1, 0
    if kind < 0.32:
        return rng.randint(65, 88), rng.choice((1, 2)), 0
    if kind < 0.42:
        return rng.randint(22, 60), 2, 0
    if kind < 0.72:
        return rng.randint(20, 48), 1, rng.choice((1, 1, 2, 2, 3))
    return rng.randint(22, 52), 2, rng.choice((1, 1, 2, 2, 3, 4))


def _person(key: str, rng: random.Random, today: date, age: int, last: str, female: bool) -> Person:
    day = date(today.year - age, rng.randint(1, 12), rng.randint(1, 28))
    if day > today:
        day = day.replace(year=day.year - 1) if age else today
    pool = names.FEMALE if female else names.MALE
    number = f"{rng.randint(1, 665):03d}{rng.randint(1, 99):02d}{rng.randint(1, 9999):04d}"
    return Person(
        key, rng.choice(pool), rng.choice("ABCDEFGHJKLMNPRST"), last, "F" if female else "M", day, number,
        age >= 18 and rng.random() < 0.08,
    )  # fmt: skip


def _place(rng: random.Random) -> Place:
    town, zip_code = rng.choice(names.TOWNS)
    unit = f"Apt {rng.randint(1, 40)}{rng.choice('ABCD')}" if rng.random() < 0.8 else ""
    return Place(f"{rng.randint(1, 1999)} {rng.choice(names.STREETS)}", unit, town, zip_code)


def _jobs(person: Person, rng: random.Random, months: int) -> list[Job]:
    """Spells of work and none; a raise now and then."""
    jobs: list[Job] = []
    now, working = 0, rng.random() < 0.62
    wage = int(max(600, rng.lognormvariate(7.85, 0.45))) * 100
    employer = f"E{rng.randrange(EMPLOYERS):05d}"
    while now < months:
        length = min(rng.choice((3, 6, 6, 9, 12, 18, 24, 36)), months - now)
        if working:
            jobs.append(Job(person.id, employer, now, now + length, wage))
        now += length
        if working and rng.random() < 0.55:
            wage = int(wage * rng.uniform(1.05, 1.45)) // 100 * 100
        else:
            working = not working
            employer = f"E{rng.randrange(EMPLOYERS):05d}"
    return jobs


def _separate(home: Household, rng: random.Random, months: int) -> Household:
    """The second adult leaves in some month and lives alone from then on."""
    parts = rng.randrange(3, months - 1)
    leaver = home.members[1][0]
    home.members[1] = (leaver, 0, parts)
    jobs = [job for job in home.jobs if job.person == leaver.id]
    home.jobs = [job for job in home.jobs if job.person != leaver.id]
    for job in jobs:
        if job.start < parts:
            home.jobs.append(Job(job.person, job.employer, job.start, min(job.end, parts), job.monthly_cents))
    alone = Household(
        f"{home.id}s", [(leaver, parts, months)], [Stay(parts, _place(rng))], rng.randint(700, 1500) * 100,
        rng.random() < 0.6, False, False, 0, 0,
    )  # fmt: skip
    alone.jobs = [
        Job(job.person, job.employer, max(job.start, parts), job.end, job.monthly_cents)
        for job in jobs
        if job.end > parts
    ]
    return alone
