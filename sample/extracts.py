"""Nine agencies' extracts, each with its own layout, column names, code lists and date formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from benefits.calendar import add_months
from benefits.programs.masshealth import Coverage
from sample.clerks import Clerk
from sample.population import Household, Person
from sample.spells import Benefits, Spell, is_mrvp

Row = tuple[object, ...]
Block = list[tuple[Household, Benefits]]


@dataclass(frozen=True)
class Extract:
    """One file: where, how it is written, its columns, and its rows for a block of households."""

    file: str
    agency: str
    format: Literal["csv", "psv", "ssv", "tsv", "gzip", "excel", "parquet", "fixed"]
    columns: tuple[str, ...]
    rows: Callable[[Block, Clerk], Iterator[Row]]
    encoding: str = "utf-8"


def us(day: date | None) -> str:
    return day.strftime("%m/%d/%Y") if day else ""


def compact(day: date | None) -> str:
    return day.strftime("%Y%m%d") if day else ""


def iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def worded(day: date | None) -> str:
    return day.strftime("%d-%b-%Y") if day else ""


def dollars(cents: int) -> str:
    return f"{cents / 100:.2f}" if cents % 100 else str(cents // 100)


def dashed(ssn: str) -> str:
    return f"{ssn[:3]}-{ssn[3:5]}-{ssn[5:]}" if ssn else ""


def _inside(home: Household, spell: Spell) -> list[tuple[int, Person, int, int]]:
    """Members in a spell: (place, person, from, to)."""
    return [
        (place, person, max(since, spell.start), min(until, spell.end))
        for place, (person, since, until) in enumerate(home.members)
        if since < spell.end and until > spell.start
    ]


def _role(place: int, person: Person, home: Household, clerk: Clerk) -> str:
    if place == 0:
        return "1"
    if place == 1 and home.joint:
        return "2"
    return "3" if person.age(clerk.day(0)) < 18 else "9"


def snap_members(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        for spell in got.spells["SNAP"]:
            for place, person, since, until in _inside(home, spell):
                seen = clerk.person(person)
                head = place == 0
                for where, lived in clerk.places(home, since, until):
                    yield (
                        f"S{clerk.number(home.id)}", us(clerk.day(spell.start)), us(clerk.end(spell.end)),
                        spell.end_reason,
                        clerk.number(person.id), dashed(seen.ssn), seen.first, seen.middle, seen.last, us(seen.born),
                        seen.sex,
                        _role(place, person, home, clerk), us(clerk.day(since)), us(clerk.end(until)),
                        where.street, where.unit, where.town, where.zip, us(lived),
                        dollars(home.rent_cents) if head else "",
                        dollars(home.child_support_cents) if head and home.child_support_cents else "",
                        ("N", "Y")[home.heats] if head else "", "Y" if person.disabled else "", "internal",
                    )  # fmt: skip


def snap_issuance(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        for spell in got.spells["SNAP"]:
            for start, end, cents in spell.amounts:
                yield (
                    f"S{clerk.number(home.id)}", us(clerk.day(spell.start)), us(clerk.end(spell.end)), spell.end_reason,
                    us(clerk.day(start)), us(clerk.end(end)), f"${dollars(cents)}",
                )  # fmt: skip


def snap_certification(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        for spell in got.spells["SNAP"]:
            for start in range(spell.start, spell.end, 12):
                interim = start + 6 < spell.end
                yield (
                    f"S{clerk.number(home.id)}", us(clerk.day(spell.start)), us(clerk.end(spell.end)), spell.end_reason,
                    us(clerk.day(start)), us(clerk.day(start + 12)), us(clerk.day(start + (12 if interim else 6))),
                    "R" if interim else "I",
                )  # fmt: skip


def tafdc_members(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        for number, spell in enumerate(got.spells["TAFDC"]):
            for place, person, since, until in _inside(home, spell):
                seen = clerk.person(person)
                where, lived = clerk.places(home, since, until)[-1]
                counted = place == 0 and number == len(got.spells["TAFDC"]) - 1
                yield (
                    f"T{clerk.number(home.id)}", compact(clerk.day(spell.start)), compact(clerk.end(spell.end)),
                    spell.end_reason, clerk.number(person.id), seen.ssn, f"{seen.first} {seen.middle}".strip(),
                    seen.last,
                    compact(seen.born), {"F": "2", "M": "1"}[seen.sex], _role(place, person, home, clerk),
                    where.street, where.unit, where.town, where.zip, compact(lived),
                    got.disregard_used if counted else "", got.clock_used if counted else "",
                    compact(clerk.day(clerk.months) - timedelta(days=1)),
                )  # fmt: skip


def tafdc_grants(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        for spell in got.spells["TAFDC"]:
            for start, end, cents in spell.amounts:
                yield (
                    f"T{clerk.number(home.id)}", compact(clerk.day(spell.start)), compact(clerk.end(spell.end)),
                    spell.end_reason, compact(clerk.day(start)), compact(clerk.end(end)), dollars(cents),
                )  # fmt: skip


def masshealth(block: Block, clerk: Clerk) -> Iterator[Row]:
    codes = {Coverage.MASSHEALTH: "STD", Coverage.FAMILY_ASSISTANCE: "FAM", Coverage.TRANSITIONAL: "TMA"}
    for home, got in block:
        for place, (person, since, until) in enumerate(home.members):
            line = got.coverage[place]
            at = since
            while at < until:
                kind, end = line[at], at
                while end < until and line[end] == kind:
                    end += 1
                if kind in codes:
                    seen = clerk.person(person)
                    for where, lived in clerk.places(home, at, end):
                        yield (
                            f"M{clerk.number(person.id)}", seen.last, seen.first, seen.middle, iso(seen.born),
                            seen.sex, seen.ssn,
                            codes[Coverage(kind)], iso(clerk.day(at)), iso(clerk.end(end)),
                            where.street, where.unit, where.town, where.zip, iso(lived),
                            iso(clerk.day(at + 12 * ((end - 1 - at) // 12 + 1))),
                        )  # fmt: skip
                at = end


def vouchers(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        for spell in got.spells["CCFA"]:
            parent = clerk.person(home.members[0][0])
            children = [one for one in _inside(home, spell) if 0 <= one[1].age(clerk.day(one[2])) < 13]
            for _, person, since, until in children:
                child = clerk.person(person)
                for start, end, cents in spell.amounts:
                    if start < until and end > since:
                        where, lived = clerk.places(home, start, end)[-1]
                        due = clerk.day(spell.start + 12 * ((spell.end - 1 - spell.start) // 12 + 1))
                        yield (
                            f"V{clerk.number(home.id)}-{clerk.number(person.id)[-4:]}", parent.first, parent.last,
                            us(parent.born),
                            dashed(parent.ssn),
                            child.first, child.last, us(child.born), us(clerk.day(spell.start)),
                            us(clerk.end(spell.end)), spell.end_reason, us(clerk.day(start)), us(clerk.end(end)),
                            dollars(cents // len(children)), dollars(home.child_care_cents // len(children)),
                            where.street, where.unit, where.town, where.zip, us(lived), us(due),
                        )  # fmt: skip


def leases(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        for spell in got.spells["HOUSING"]:
            for start, end, cents in spell.amounts:
                for place, person, since, until in _inside(home, spell):
                    if since < end and until > start:
                        seen = clerk.person(person)
                        where, lived = clerk.places(home, max(since, start), min(until, end))[-1]
                        yield (
                            f"L{clerk.number(home.id)}", "MRVP" if is_mrvp(home) else "S8",
                            worded(clerk.day(spell.start)),
                            worded(clerk.end(spell.end)), worded(clerk.day(start)), worded(clerk.end(end)),
                            dollars(home.rent_cents) if place == 0 else "", dollars(cents),
                            worded(clerk.day(spell.start + 12 * ((end - 1 - spell.start) // 12 + 1))),
                            clerk.number(person.id), seen.last, seen.first, worded(seen.born), seen.ssn,
                            "HEAD" if place == 0 else "MEMBER", where.street, where.unit, where.town, where.zip,
                            worded(lived),
                        )  # fmt: skip


def wages(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, _ in block:
        people = {person.id: person for person, _, _ in home.members}
        quarters: dict[tuple[str, str, date], int] = {}
        for job in home.jobs:
            for index in range(job.start, job.end):
                day = clerk.day(index)
                quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
                key = (job.person, job.employer, quarter)
                quarters[key] = quarters.get(key, 0) + job.monthly_cents
        for (person_id, employer, quarter), cents in sorted(quarters.items()):
            if add_months(quarter, 3) > clerk.day(clerk.months):
                continue  # a quarter is reported when it is over
            seen = clerk.person(people[person_id])
            yield (
                seen.ssn, seen.last, seen.first, cents, min(520, cents // 1800), employer,
                f"{quarter.year}Q{(quarter.month + 2) // 3}",
            )  # fmt: skip


def claims(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        people = {person.id: person for person, _, _ in home.members}
        for number, spell in enumerate(got.spells["UI"]):
            person_id, _, reason = spell.end_reason.partition("|")
            seen = clerk.person(people[person_id])
            yield (
                f"U{clerk.number(person_id)}-{number}", dashed(seen.ssn), seen.last.upper(), seen.first.upper(),
                us(seen.born),
                us(clerk.day(spell.start)), us(clerk.end(spell.end)), reason, dollars(spell.amounts[0][2]),
            )  # fmt: skip


def participants(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, got in block:
        people = {person.id: person for person, _, _ in home.members}
        for number, spell in enumerate(got.spells["UI"]):
            person_id = spell.end_reason.partition("|")[0]
            seen = clerk.person(people[person_id])
            end = min(spell.end + 1, clerk.months)
            yield (
                f"D{clerk.number(person_id)}-{number}", seen.ssn, seen.first, seen.last, iso(seen.born),
                iso(clerk.day(spell.start)), iso(clerk.end(end)), "training" if number % 2 else "",
            )  # fmt: skip


def returns(block: Block, clerk: Clerk) -> Iterator[Row]:
    for year in sorted({clerk.day(index).year for index in range(clerk.months)}):
        index = min(max((year - clerk.first_month.year) * 12 + 12 - clerk.first_month.month, 0), clerk.months - 1)
        for home, _ in block:
            present = [p for p, since, until in home.members if since <= index < until]
            if not present or present[0].age(clerk.day(index)) < 18 or not home.jobs:
                continue
            filer = clerk.person(present[0])
            spouse = clerk.person(present[1]) if home.joint and len(present) > 1 else None
            children = [clerk.person(p) for p in present if 0 <= p.age(clerk.day(index)) < 18][:3]
            where, lived = clerk.places(home, index, index + 1)[-1]
            since = max(lived, date(year, 1, 1))
            row: list[object] = [
                f"R{clerk.number(home.id)}-{year}", year, filer.first, filer.middle, filer.last, filer.ssn,
                spouse.first if spouse else "", spouse.last if spouse else "", spouse.ssn if spouse else "",
                where.street, where.unit, where.town, where.zip, iso(since),
            ]  # fmt: skip
            for number in range(3):
                child = children[number] if number < len(children) else None
                row += [child.first, child.last, child.ssn] if child else ["", "", ""]
            yield tuple(row)


def rehabilitation(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, _ in block:
        for person, since, until in home.members:
            if person.disabled and until > since:
                seen = clerk.person(person)
                end = min(since + 18, until)
                yield (
                    f"X{clerk.number(person.id)}", seen.first, seen.last, iso(seen.born), dashed(seen.ssn), seen.sex,
                    "D",
                    iso(clerk.day(since)), iso(clerk.end(end)),
                )  # fmt: skip


def credentials(block: Block, clerk: Clerk) -> Iterator[Row]:
    for home, _ in block:
        for person, since, until in home.members:
            age = person.age(clerk.day(since))
            if 18 <= age < 45 and int(person.born.strftime("%j")) % 5 == 0:
                seen = clerk.person(person)
                end = min(since + 12, until)
                level = ("C", "A", "B")[person.born.day % 3]
                done = person.born.month % 4 != 0
                yield (
                    f"E{clerk.number(person.id)}", seen.last, seen.first, seen.middle, us(seen.born), seen.ssn, level,
                    ("C" if done else "W") if end < clerk.months else "E", us(clerk.day(since)), us(clerk.end(end)),
                    ("nursing", "early education", "welding", "accounting")[person.born.day % 4],
                )  # fmt: skip


SNAP_SPELL = ("CASE_NO", "SPELL_BEG", "SPELL_END", "END_RSN")
TAFDC_SPELL = ("AU_ID", "GRANT_BEG", "GRANT_END", "CLOSE_CD")

EXTRACTS = (
    Extract("dta/snap_members.csv", "DTA", "csv", (
        *SNAP_SPELL, "CLIENT_ID", "SSN", "FNAME", "MI", "LNAME", "DOB", "SEX", "REL", "IN_FROM", "IN_TO", "ADDR",
        "APT", "CITY", "ZIP", "ADDR_SINCE", "SHELTER", "CHILD_SUPP", "HEATS", "DISABLED", "WORKER_NOTE"), snap_members),
    Extract("dta/snap_issuance.csv", "DTA", "csv", (*SNAP_SPELL, "PAY_FROM", "PAY_TO", "BENEFIT"), snap_issuance),
    Extract("dta/snap_certification.csv", "DTA", "csv", (
        *SNAP_SPELL, "CERT_BEG", "CERT_END", "NEXT_DUE", "DUTY"), snap_certification),
    Extract("dta/tafdc_members.psv", "DTA", "psv", (
        *TAFDC_SPELL, "CLIENT_ID", "SSN", "GIVEN", "FAMILY", "BIRTH", "GENDER", "ROLE", "STREET", "UNIT", "TOWN",
        "ZIPCODE", "LIVES_SINCE", "DISREGARD_USED", "CLOCK_USED", "COUNTED_ON"), tafdc_members),
    Extract("dta/tafdc_grants.psv", "DTA", "psv", (*TAFDC_SPELL, "PAY_BEG", "PAY_END", "GRANT_AMT"), tafdc_grants),
    Extract("masshealth/members.csv.gz", "MASSHEALTH_OFFICE", "gzip", (
        "member_id", "last_name", "first_name", "middle_initial", "date_of_birth", "sex", "ssn", "coverage_type",
        "begin", "end", "street", "unit", "city", "zip", "address_since", "renewal_due"), masshealth),
    Extract("eec/vouchers.xlsx", "EEC", "excel", (
        "Voucher", "Parent First", "Parent Last", "Parent DOB", "Parent SSN", "Child First", "Child Last",
        "Child DOB", "Start", "End", "End Reason", "Fee From", "Fee To", "Monthly Fee", "Monthly Cost", "Street",
        "Apt", "City", "Zip", "Since", "Reauthorization"), vouchers),
    Extract("eohlc/leases.csv", "EOHLC", "ssv", (
        "lease", "fund", "lease_start", "lease_end", "share_from", "share_to", "contract_rent", "tenant_share",
        "next_review", "member", "surname", "given", "dob", "ssn", "relation", "street", "unit", "town", "zip",
        "since"), leases, "latin-1"),
    Extract("dua/wages.txt", "DUA", "fixed", ("ssn", "last", "first", "wages", "hours", "account", "quarter"), wages),
    Extract("dua/claims.csv", "DUA", "csv", (
        "claim", "ssn", "surname", "given", "born", "paid_from", "paid_to", "why_ended", "monthly"), claims),
    Extract("dcs/participants.parquet", "DCS", "parquet", (
        "participant", "ssn", "first", "last", "birth_date", "entered", "left", "activity"), participants),
    Extract("dor/returns.csv", "DOR", "csv", (
        "return_id", "tax_year", "first", "mi", "last", "ssn", "spouse_first", "spouse_last", "spouse_ssn", "street",
        "unit", "city", "zip", "address_since", "dep1_first", "dep1_last", "dep1_ssn", "dep2_first", "dep2_last",
        "dep2_ssn", "dep3_first", "dep3_last", "dep3_ssn"), returns),
    Extract("massability/cases.tsv", "MASSABILITY", "tsv", (
        "case", "first", "last", "born", "ssn", "sex", "basis", "opened", "closed"), rehabilitation),
    Extract("dhe/credentials.csv", "DHE", "csv", (
        "record", "last", "first", "mi", "dob", "ssn", "level", "status", "from", "to", "field"), credentials),
)  # fmt: skip
WAGE_WIDTHS = (9, 20, 12, 14, 3, 8, 6)
"""Columns of the fixed-width wage file, after the ICESA S-record: wages in cents, zero-filled."""
