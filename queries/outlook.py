"""Ladder and path of a recorded household: the rules asked about what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, count
from typing import Any

from benefits.again import PROGRAMS as ASKED_AGAIN
from benefits.calendar import add_months
from benefits.cases import CasesError
from benefits.explain import Explained, explain
from benefits.home import BIRTHDAYS, Birth, Happening, Leaving, Move
from benefits.jobs import Change
from benefits.ladder import Climber, Ladder, climb, climb_all
from benefits.offers import BreakEven, break_even
from benefits.parameters import UnknownParameter, Value, instead_by, rules_version
from benefits.path import CLOCKS, DUTIES, Path, Step, follow
from benefits.programs.masshealth import Coverage
from benefits.readings import QUESTIONS, readings
from benefits.search import TooManyWays, Way, ways
from queries.household import HouseholdRecord
from queries.said import PROGRAM, Said, words
from queries.situation import Facts, Situation, expenses, situation

LEAST_TOP_CENTS = 8_000_00
MOST_EARNERS = 2
"""Whose ways are searched together."""
NEWBORN = "newborn-"
"""Who is born on a path has no id yet; they are numbered."""
OF_A_PATH = (
    Said("children keep their health coverage until the yearly renewal (42 CFR 435.926)"),
    Said("tax credits of a month go by the ages of that month, not by those at the end of its year"),
    Said("amounts are what the rules give from the first month on, whatever was paid"),
)
REVIEWS = Said("between yearly reviews a child care fee and a share of rent fall with income and do not rise at first")


@dataclass(frozen=True)
class Offer:
    """A change of one earner's earnings: cents a month from `begins`; the path starts at `month`."""

    month: date
    earner: str | None
    monthly_cents: int | None
    begins: date
    months: int = 24
    report_lag_months: int = 1
    readings: tuple[str, ...] = ()
    """What is chosen where sources conflict, as `six_months=recorded`; see `benefits.readings`."""
    then: tuple[tuple[date, str | None, int], ...] = ()
    """What changes besides: the month, whose earnings (default: the earner's), and what they are then."""
    happens: tuple[Birth | Move | Separation, ...] = ()
    applies_again: int | None = None
    """Months until an application is decided, of who lost SNAP or TAFDC and qualifies again; None: nobody applies."""
    takes_up: frozenset[str] = frozenset()
    """Programs of these for which the household applies, where it takes no part in them."""


@dataclass(frozen=True)
class Separation:
    """From a month on people live elsewhere, and pay the household so much support for its children a month, in
    cents."""

    month: date
    people: tuple[str, ...]
    child_support_cents: int = 0


@dataclass(frozen=True)
class Wages:
    """Offers to one earner from `begins` on, up to `most_cents` a month, over some months from a month on."""

    month: date
    earner: str | None
    begins: date
    most_cents: int
    months: int = 24
    report_lag_months: int = 1


@dataclass(frozen=True)
class Search:
    """Ways of an earner through some levels of earnings, cents a month, from a month on, each kept for `spell` months
    or more; `others`: further earners with theirs. `floor_cents`: what should be left in each month (default: what is
    left in the first, if nothing changes; with a move among what `happens`, after rent, as in each month then).
    `happens`: besides, whichever way is taken.
    """

    month: date
    earner: str | None
    levels: tuple[int, ...]
    months: int = 24
    floor_cents: int | None = None
    spell: int = 6
    report_lag_months: int = 1
    others: tuple[tuple[str, tuple[int, ...]], ...] = ()
    happens: tuple[Birth | Move | Separation, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What the rules say, or why they say nothing.

    `status`: known, bounded or unknown, for the `reasons`. `closed`: whether a `Type.property` may not be told. `by`:
    whose rules it is by, in words, where not by the published ones.
    """

    status: str
    reasons: tuple[Said, ...]
    rules_version: str
    situation: Situation | None
    earner: str | None
    sources: tuple[Value, ...]
    recorded_cents: int | None = None
    outside: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()  # questions of the law whose readings make a difference
    ladder: Ladder | None = None
    path: Path | None = None  # as the ladder, there only when every part of it is known or bounded
    explained: Explained | None = None
    break_even: BreakEven | None = None
    floor_cents: int | None = None
    ways: Mapping[str, tuple[Way, Outlook]] | None = None  # the best by each end, and what happens on it
    expenses: Mapping[str, int | None] | None = None
    closed: Callable[[str], bool] = lambda name: False
    by: str = field(default_factory=instead_by)

    @property
    def reason(self) -> str | None:
        """Why it is not known, in words."""
        said = words(self.reasons, self.closed)
        if self.status != "bounded":
            return "; ".join(said) or None
        most = self.situation.would_narrow if self.situation and len(said) > 1 else None
        named = f"; {most} would narrow it most" if most in said else ""
        missing = [f"not recorded: {', '.join(said)}{named}"] if said else []
        return "; ".join([*missing, *(QUESTIONS[name].words for name in self.readings)])

    @property
    def assumptions(self) -> list[str]:
        """What is assumed: about the household, and of values carried forward."""
        carried = sorted({value.assumption for value in self.sources if value.assumption})
        outside = [
            Said(f"{program} is not reckoned with here: what it gives is left out of net resources", PROGRAM)
            for program in self.outside
        ]
        own = self.situation.assumptions if self.situation else ()
        of_a_path = OF_A_PATH if self.path or self.break_even else ()
        if self.path and any(name in step.parts for step in self.path.steps for name in ("CCFA", "HOUSING")):
            of_a_path = (*of_a_path, REVIEWS)
        by = [Said(f"by {self.by}, in place of the rules as they are published")] if self.by else []
        return words([*by, *own, *of_a_path, *outside, *map(Said, carried)], self.closed)

    def covered(self, step: Step) -> list[tuple[str, str]]:
        """(person, coverage) of a month of the path, of who is there; children who were born on it come last."""
        people = [member.person for member in self.situation.people] if self.situation else []
        born = (f"{NEWBORN}{number}" for number in count(1))
        return [
            (person, _name(kind))
            for person, kind in zip(chain(people, born), step.coverage, strict=False)
            if kind is not None
        ]

    def coverage(self) -> list[tuple[str, str, int]]:
        """(person, coverage, earnings from which it is so) along the ladder, each change once."""
        if self.ladder is None or self.situation is None:
            return []
        earnings = self.ladder.earnings_cents.tolist()
        return [
            (member.person, _name(kind), cents)
            for place, member in enumerate(self.situation.people)
            for kind, cents in _along(self.ladder.low.coverage[:, place].tolist(), earnings)
        ]

    def in_kind(self) -> list[tuple[str, int, int]]:
        """(program, people who may have its help, earnings from which it is so) along the ladder, each change once; of
        programs of which nobody may have any, nothing."""
        if self.ladder is None:
            return []
        earnings = self.ladder.earnings_cents.tolist()
        return [
            (program, people, cents)
            for program, along in self.ladder.low.in_kind.items()
            if along.any()
            for people, cents in _along(along.tolist(), earnings)
        ]


def _along(values: list[int], earnings: list[int]) -> Iterator[tuple[int, int]]:
    """(value, earnings from which it is so), each change once."""
    before = None
    for value, cents in zip(values, earnings, strict=True):
        if value != before:
            yield value, cents
        before = value


def _name(kind: int) -> str:
    return Coverage(kind).name.lower()


def _unknown(why: str, found: Situation | None = None, earner: str | None = None) -> Outlook:
    return Outlook("unknown", (Said(why),), rules_version(), found, earner, ())


def ladder_of(record: HouseholdRecord, month: date, earner: str | None) -> Outlook:
    """The ladder in a month for an earner (default: the one with the highest earnings).

    Raises `LookupError` when the earner is no adult of the household then.
    """
    found, person, why = _who(record, month, earner)
    if found is None or person is None:
        return _unknown(why, found, person)
    try:
        ladder = climb(climber(found, person))
    except UnknownParameter as unknown:
        return _unknown(str(unknown), found, person)
    return _of_ladder(found, person, ladder)


def _of_ladder(found: Situation, person: str, ladder: Ladder) -> Outlook:
    place = found.place(person)
    used = tuple(value for _, value in sorted((ladder.low.used | ladder.high.used).items()))
    status, reasons = standing(found, {**ladder.low.unknown, **ladder.high.unknown})
    told = None if status == "unknown" else ladder
    return Outlook(
        status, reasons, rules_version(), found, person, used, _recorded(found, place), found.outside, ladder=told
    )


def grid_of(
    record: HouseholdRecord, month: date, earner: str | None, other: str, levels: Sequence[int]
) -> list[tuple[int, Outlook]]:  # fmt: skip
    """Ladders of an earner, one for each monthly earnings of another adult, in their order.

    Raises `LookupError` when one of them is no adult of the household then, or they are one.
    """
    found, person, why = _who(record, month, earner)
    if found is None or person is None:
        nothing = _unknown(why, found, person)
        return [(cents, nothing) for cents in levels]
    if other == person:
        raise LookupError("the two earners are one person")
    beside, own = found.place(other), climber(found, person)
    try:
        ladders = climb_all([own.beside(beside, cents) for cents in levels])
    except UnknownParameter as unknown:
        nothing = _unknown(str(unknown), found, person)
        return [(cents, nothing) for cents in levels]
    return [(cents, _of_ladder(found, person, ladder)) for cents, ladder in zip(levels, ladders, strict=True)]


def path_of(record: HouseholdRecord, offer: Offer) -> Outlook:
    """The path from `offer.month` on; without `monthly_cents` nothing changes (what happens anyway).

    Raises `LookupError` when the earner is no adult of the household then, who leaves is not in it, or a reading is
    none, and `CasesError` for what cannot happen.
    """
    found, person, why = _who(record, offer.month, offer.earner)
    if found is None or person is None:
        return _unknown(why, found, person)
    place = found.place(person)
    _within(offer)
    _taken_up(offer)
    offered = [] if offer.monthly_cents is None else [Change(offer.begins, place, offer.monthly_cents)]
    start = replace(
        found.start, report_lag_months=offer.report_lag_months, readings=readings(offer.readings),
        applies_again=offer.applies_again, takes_up=offer.takes_up,
    )  # fmt: skip
    more = [Change(month, found.place(who or person), then) for month, who, then in offer.then]
    happens = [_happening(found, one) for one in offer.happens]
    try:
        path = follow(found.ends, [*offered, *more], start, offer.months, happens)
    except UnknownParameter as unknown:
        return _unknown(str(unknown), found, person)
    return _of_path(found, person, path)


def _within(asked: Offer | Wages | Search) -> None:
    """Raise `CasesError` for what lies before the path or after it."""
    last, dated = add_months(asked.month, asked.months), []
    if isinstance(asked, Wages) or (isinstance(asked, Offer) and asked.monthly_cents is not None):
        dated.append(("the offer", asked.begins))
    if isinstance(asked, Offer):
        dated += [("a further change", month) for month, *_ in asked.then]
    if not isinstance(asked, Wages):
        dated += [(f"a {type(one).__name__.lower()}", one.month) for one in asked.happens]
    for what, month in dated:
        if not asked.month <= month < last:
            when = "is before the path begins" if month < asked.month else "is after its last month"
            raise CasesError("month", f": {what} in {month:%Y-%m} {when} ({asked.month:%Y-%m}, {asked.months} months)")


def _taken_up(offer: Offer) -> None:
    """Raise `CasesError` for programs that nobody can take up here."""
    if unknown := offer.takes_up - set(ASKED_AGAIN):
        raise CasesError("takesUp", f": {min(unknown)} is none of {' and '.join(ASKED_AGAIN)}")
    if offer.takes_up and offer.applies_again is None:
        raise CasesError("takesUp", ": say after how many months an application is decided (appliesAgainMonths)")


def _happening(found: Situation, one: Birth | Move | Separation) -> Happening:
    if not isinstance(one, Separation):
        return one
    here = {member.person: place for place, member in enumerate(found.people)}
    if missing := set(one.people) - here.keys():
        raise LookupError(f"{min(missing)} is not in the household in {found.month:%Y-%m}, and cannot leave it")
    return Leaving(one.month, tuple(here[person] for person in one.people), one.child_support_cents)


def worth_of(record: HouseholdRecord, asked: Wages) -> Outlook:
    """The wage at which an offer is worth it, see `benefits.offers`.

    Raises `LookupError` when the earner is no adult of the household then, and `CasesError` for wages that are no
    offer.
    """
    found, person, why = _who(record, asked.month, asked.earner)
    if found is None or person is None:
        return _unknown(why, found, person)
    place = found.place(person)
    _within(asked)
    start = replace(found.start, report_lag_months=asked.report_lag_months)
    try:
        told = break_even(found.ends, place, asked.begins, start, asked.months, asked.most_cents)
    except UnknownParameter as unknown:
        return _unknown(str(unknown), found, person)
    used = tuple(value for _, value in sorted(told.used.items()))
    status, reasons = standing(found, told.unknown)
    shown = None if status == "unknown" else told
    return Outlook(status, reasons, rules_version(), found, person, used, _recorded(found, place), found.outside,
                   break_even=shown)  # fmt: skip


def _of_path(found: Situation, person: str, path: Path) -> Outlook:
    now = _recorded(found, found.place(person))
    used = tuple(value for _, value in sorted(path.used.items()))
    status, reasons = standing(found, path.unknown)
    told = None if status == "unknown" else path
    status = "bounded" if path.readings and status == "known" else status
    open_to = path.readings if told else ()
    return Outlook(status, reasons, rules_version(), found, person, used, now, found.outside, open_to, path=told)


def ways_of(record: HouseholdRecord, search: Search) -> Outlook:
    """The safest, the richest and the steadiest way up, see `benefits.search`: searched at the end of what is not
    recorded that leaves least and by the first reading of the law, then followed by every end and reading.

    Raises `LookupError` when the earner is no adult of the household then, or who leaves is not in it, and `CasesError`
    for levels that cannot be searched and for what cannot happen.
    """
    found, person, why = _who(record, search.month, search.earner)
    if found is None or person is None:
        return _unknown(why, found, person)
    _within(search)
    happens = [_happening(found, one) for one in search.happens]
    start = replace(found.start, report_lag_months=search.report_lag_months)
    searched = replace(start, readings=start.readings[:1])
    try:
        as_it_is = _of_path(found, person, follow(found.ends, [], start, search.months))
        if as_it_is.path is None:  # nothing can be told of any way
            return as_it_is
        left = follow(found.ends[:1], [], searched, search.months, happens).steps[0].baseline_net_cents[0]
        floor = left if search.floor_cents is None else search.floor_cents
        levels = _levels(found, person, search)
        best = ways(found.ends[0], levels, searched, search.months, floor, search.spell, happens)
        told = {
            name: (way, _of_path(found, person, follow(found.ends, way.changes, start, search.months, happens)))
            for name, way in best.each.items()
        }
    except (UnknownParameter, TooManyWays) as unknown:
        return _unknown(str(unknown), found, person)
    on_each = [of for _, of in told.values()]
    status = max((of.status for of in on_each), key=("known", "bounded", "unknown").index)
    reasons = tuple(sorted({said for of in on_each for said in of.reasons}, key=lambda said: said.text))
    open_to = tuple(sorted({name for of in on_each for name in of.readings}))
    both = replace(on_each[0], status=status, reasons=reasons, readings=open_to, path=None)
    return both if status == "unknown" else replace(both, floor_cents=floor, ways=told)


def _levels(found: Situation, person: str, search: Search) -> dict[int, tuple[int, ...]]:
    """Each earner's levels, by their place. Raises `CasesError` where somebody is named twice, and for more earners
    than are searched together."""
    if len(search.others) >= MOST_EARNERS:
        raise CasesError("others", f": ways of {MOST_EARNERS} earners are searched together, not of more")
    levels = {found.place(person): search.levels}
    for other, theirs in search.others:
        if found.place(other) in levels:
            raise CasesError("others", f": {other} is an earner already; give all of their levels at once")
        levels[found.place(other)] = theirs
    return levels


def explanation_of(record: HouseholdRecord, month: date, program: str) -> Outlook:
    """How a program's rule comes to its result in a month, at the recorded earnings.

    Raises `LookupError` where the rules do not speak of the program.
    """
    found = situation(record, month)
    if found is None:
        return _unknown(f"nobody is recorded in the household in {month:%Y-%m}")
    try:
        told = explain(found.ends, found.enrolled, program)
    except UnknownParameter as unknown:
        return _unknown(str(unknown), found)
    status, reasons = standing(found, {})
    used = tuple(sorted({value.key: value for value in _values(told)}.values(), key=lambda value: value.key))
    shown = None if status == "unknown" else told
    return Outlook(status, reasons, rules_version(), found, None, used, outside=found.outside, explained=shown)


def _values(step: Explained) -> Iterator[Value]:
    yield from step.parameters
    for one in step.of:
        yield from _values(one)


def resources_of(record: HouseholdRecord, month: date, months: int) -> Outlook:
    """Net cash by month if nothing changes, with what the household is recorded to bear in the first month.

    Raises `LookupError` as `path_of` does.
    """
    outlook = path_of(record, Offer(month, None, None, month, months))
    return replace(outlook, expenses=expenses(record, month))


def climber(found: Facts, earner: str) -> Climber:
    """How a ladder climbs: to twice the recorded earnings, at least $8,000 a month. Raises `LookupError`."""
    place = found.place(earner)
    return Climber(found.ends, place, found.enrolled, max(2 * _recorded(found, place), LEAST_TOP_CENTS))


def _who(record: HouseholdRecord, month: date, earner: str | None) -> tuple[Situation | None, str | None, str]:
    found = situation(record, month)
    if found is None:
        return None, None, f"nobody is recorded in the household in {month:%Y-%m}"
    if earner is not None:
        found.place(earner)
        return found, earner, ""
    return found, found.main_earner(), f"the household has no adult in {month:%Y-%m}"


def _recorded(found: Facts, place: int) -> int:
    return int(found.ends[0].earnings_cents[0, place])


def standing(found: Facts, unknown: Mapping[str, tuple[Any, str]]) -> tuple[str, tuple[Said, ...]]:
    """Status and reasons: unknown where a part is not known at any point, bounded where a fact is not recorded."""
    lacking = {Said(reason) for where, reason in unknown.values() if where.any()} | set(found.unknown)
    if lacking:
        return "unknown", tuple(sorted(lacking, key=lambda said: said.text))
    return ("bounded" if found.missing else "known"), found.missing


__all__ = [
    "BIRTHDAYS",
    "CLOCKS",
    "DUTIES",
    "Birth",
    "CasesError",
    "Move",
    "Offer",
    "Outlook",
    "Search",
    "Separation",
    "Step",
    "Wages",
    "climber",
    "explanation_of",
    "grid_of",
    "ladder_of",
    "path_of",
    "resources_of",
    "rules_version",
    "standing",
    "ways_of",
    "worth_of",
]
