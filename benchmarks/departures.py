"""Departures that are found against those that were seeded: `python -m benchmarks.departures [PEOPLE [SEED]]`.

The project's sample is loaded, and what was paid is held against the rules. Prints the tables of docs/departures.md:
for each program and reason how many were seeded, how many of those were found and by that reason, and how many that
were told as that reason were seeded so; then what is told of months that nothing was seeded in. A household's
departures are those of its case numbers, so that what linkage gets wrong counts here as well.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.reference import recorded
from benefits.calendar import add_months
from ccg.sample import write as write_sample
from graph.connect import connect
from graph.store import Access
from graph_loader.load.feeds import read_feeds
from graph_loader.load.run import load
from ledger.database import Ledger
from queries.departures import READ_BEFORE, TOLERANCE_CENTS, Compared, Departure, Kind, compare, wages_of
from queries.household import HouseholdRecord, read_households, statement

RECEIVED, LAST, MONTHS = date(2026, 11, 2), date(2026, 10, 1), 36
COMPARED = MONTHS - READ_BEFORE
"""Months that are held against the rules: those of which the year before was written as well."""
TOGETHER = 200
AGREES, OTHER = "nothing departs", "the reference has another rule"
SEEDED = (Kind.LATE_REPORT, Kind.OVERPAYMENT, Kind.MISSED_RECERTIFICATION)


@dataclass(frozen=True)
class Seeded:
    """A departure of a household of the sample, whose ids are its own."""

    household: str
    program: str
    kind: str
    since: date
    until: date


@dataclass(frozen=True)
class Told:
    """A departure that was found, with the households of the sample whose cases it is of."""

    homes: frozenset[str]
    household: str
    departure: Departure

    def meets(self, seeded: Seeded) -> bool:
        one = self.departure
        return (
            seeded.household in self.homes and seeded.program == one.program
            and one.since < seeded.until and one.until > seeded.since
        )  # fmt: skip


def read(folder: Path, people: int, seed: int) -> tuple[dict[str, HouseholdRecord], dict[str, str], date]:
    """Households of a sample as they are recorded, the case number of each unit, and until when wages are reported."""
    feeds = folder / "feeds"
    write_sample(feeds, people, seed, MONTHS, LAST)
    records: dict[str, HouseholdRecord] = {}
    with connect(folder, Access.WRITE) as store:
        store.ensure_schema()
        with Ledger.open(folder) as ledger:
            load(read_feeds(feeds), store, ledger, folder, RECEIVED, lambda: datetime.now(UTC), lambda *_: None)
        found = store.read("MATCH (h:Household)<-[:MEMBER_OF]-() RETURN DISTINCT h.id AS id ORDER BY id")
        ids = [row["id"] for row in found]
        span = add_months(LAST, 1 - MONTHS), add_months(LAST, 1)
        for start in range(0, len(ids), TOGETHER):
            records |= read_households(store, ids[start : start + TOGETHER], RECEIVED, *span)
        units = store.read("MATCH (u:BenefitUnit) RETURN u.id AS unit, u.agency_number AS number")
        (wages,) = store.read(statement("wages_until"), {"asOf": RECEIVED})
    return records, {row["unit"]: row["number"] for row in units}, wages["until"]


def truth(feeds: Path, until: date) -> tuple[list[Seeded], dict[str, str]]:
    """What was seeded in months that are compared, and the household of each case number of DTA's."""
    with (feeds / "truth/departures.csv").open() as stream:
        seeded = [
            Seeded(of["household"], of["program"], of["kind"], *map(date.fromisoformat, (of["from"], of["to"])))
            for of in csv.DictReader(stream)
        ]
    with (feeds / "truth/numbers.csv").open() as stream:
        cases = {row["number"]: row["id"] for row in csv.DictReader(stream) if row["agency"] == "DTA"}
    first = add_months(LAST, 1 - COMPARED)
    return [one for one in seeded if one.until > first and one.since < until], cases


def told(
    records: dict[str, HouseholdRecord], compared: dict[str, Compared], units: dict[str, str], cases: dict[str, str]
) -> list[Told]:  # fmt: skip
    homes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for household, record in records.items():
        for span in record.enrollments:
            if span.unit and (case := cases.get(units[span.unit][1:])):
                homes[household, span.program].add(case)
    return [
        Told(frozenset(homes[household, one.program]), household, one)
        for household, each in compared.items()
        for one in each.departures
    ]


def share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" ({100 * part / whole:.0f} %)" if whole else "")


def scored(seeded: Iterable[Seeded], found: Iterable[Told]) -> list[str]:
    """Rows: program, reason, seeded, found at all, found by that reason, and of those told so how many were seeded."""
    seeded, found, rows = list(seeded), list(found), []
    for program in ("SNAP", "TAFDC"):
        for kind in SEEDED:
            these = [one for one in seeded if (one.program, one.kind) == (program, kind.value)]
            met = [[each for each in found if each.meets(one)] for one in these]
            alike = sum(any(each.departure.kind == kind for each in of) for of in met)
            so = [each for each in found if (each.departure.program, each.departure.kind) == (program, kind)]
            right = sum(any(each.meets(one) for one in these) for each in so)
            rows.append(
                f"| {program} | {kind.value} | {len(these)} | {share(sum(map(bool, met)), len(these))} | "
                f"{share(alike, len(these))} | {share(right, len(so))} |"
            )
    return rows


def rest(seeded: list[Seeded], found: list[Told], compared: dict[str, Compared]) -> list[str]:
    """Rows: program, reason, departures that meet nothing seeded, their months, and their share of all months."""
    rows = []
    for program in ("SNAP", "TAFDC"):
        whole = sum(due.program == program for each in compared.values() for due in each.months) or 1
        count, months = Counter[Kind](), Counter[Kind]()
        for each in found:
            one = each.departure
            if one.program == program and not any(each.meets(seed) for seed in seeded):
                count[one.kind] += 1
                months[one.kind] += sum(
                    due.program == program and one.since <= due.month < one.until
                    for due in compared[each.household].months
                )
        rows += [
            f"| {program} | {kind.value} | {count[kind]} | {months[kind]} | {100 * months[kind] / whole:.1f} % |"
            for kind in Kind
        ]
    return rows


def of_reference() -> list[str]:
    """Rows: what is so of a household's months, how many, and what is told of them; then precision and recall."""
    paid, until = {each.record.id: each for each in recorded.every()}, add_months(LAST, 1)
    compared = compare(
        {name: wages_of(each.record, recorded.FIRST, until) for name, each in paid.items()}, recorded.FIRST,
        recorded.MONTHS, until,
    )  # fmt: skip
    met: Counter[tuple[str, str]] = Counter()
    for name, each in paid.items():
        for month, cents in each.paid.items():
            alike = abs(each.by_all[month] - cents) <= TOLERANCE_CENTS
            as_recorded = abs(each.by_record[month] - cents) <= TOLERANCE_CENTS
            so = OTHER if not alike else AGREES if as_recorded else Kind.MISSING_FACT.value
            kinds = [one.kind.value for one in compared[name].departures if one.since <= month < one.until]
            met[so, kinds[0] if kinds else AGREES] += 1
    told = [AGREES, *(kind.value for kind in Kind if any(of == kind.value for _, of in met))]
    rows = [f"| | {' | '.join(told)} |", f"|---{'|---' * len(told)}|"]
    for so in (AGREES, Kind.MISSING_FACT.value, OTHER):
        rows.append(f"| {so} | {' | '.join(str(met[so, of]) for of in told)} |")
    missing, unlike = Kind.MISSING_FACT.value, sum(met[OTHER, of] for of in told)
    right, of_so = met[missing, missing], sum(met[missing, of] for of in told)
    said = sum(count for (_, of), count in met.items() if of == missing)
    rows.append(
        f"\nOf months in which something is missing {share(right, of_so)} are told so, and {share(right, said)} of "
        "those that are told so are; of months that differ by a rule "
        f"{share(unlike - met[OTHER, AGREES], unlike)} are told to depart."
    )
    return rows


def main() -> int:
    people, seed = (int(given) for given in (sys.argv[1:] + ["3000", "7"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records, units, until = read(folder, people, seed)
        seeded, cases = truth(folder / "feeds", until)
        first = add_months(LAST, 1 - COMPARED)
        compared = compare({name: wages_of(one, first, until) for name, one in records.items()}, first, COMPARED, until)
    found = told(records, compared, units, cases)
    months = sum(len(each.months) for each in compared.values())
    print(f"{people:,} people, seed {seed}: {len(records):,} households, {months:,} months of SNAP and TAFDC\n")
    print("| program | reason | seeded | found | by that reason | told so and seeded so |\n|---|---|---|---|---|---|")
    print("\n".join(scored(seeded, found)))
    print("\n| program | told of what was not seeded | departures | months | of all months |\n|---|---|---|---|---|")
    print("\n".join(rest(seeded, found, compared)))
    print(f"\nThe reference's households: {len(recorded.every())} with SNAP in each month, a fifth of rents hidden\n")
    print("\n".join(of_reference()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
