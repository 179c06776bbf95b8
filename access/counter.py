"""The counter: it knows the graph, the ledger and the agreement; a visit is one asker with one purpose."""

from __future__ import annotations

import difflib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from access.disclosure import Disclosed, suppress, suppress_each
from access.errors import Denied, bad_key, bad_request, not_found, too_slow, withheld
from access.visible import EVERYTHING, Told, tell
from governance.agreement import Agreement, Grain
from governance.decision import Decision, decide
from ledger import access_log, keys, reforms
from ledger.database import Ledger
from ledger.reforms import SavedReform
from queries import catalogue
from queries.bridges import TABLES as BRIDGES
from queries.bridges import Raise, bridges
from queries.catalogue import Reads, Row, Store
from queries.duties import follows
from queries.household import HouseholdRecord, read_household, statement, year_to
from queries.outlook import (
    BIRTHDAYS,
    CLOCKS,
    DUTIES,
    Birth,
    CasesError,
    Move,
    Offer,
    Outlook,
    Search,
    Separation,
    Step,
    Wages,
    explanation_of,
    grid_of,
    ladder_of,
    path_of,
    resources_of,
    rules_version,
    ways_of,
    worth_of,
)
from queries.reformed import TABLES, Reform, ReformError, effects, ids_of, parse
from queries.said import BIRTH, CLOCK, INCOME, WAGE, Said, words

A = TypeVar("A")
LONGEST_REFORM = 20_000
SAVED_NAME = re.compile(r"[\w.-]{1,60}")
LADDER = frozenset({"Ladder.status", "Enrollment.program"})
PERSON = frozenset(
    {"MEMBER_OF.role", "Enrollment.program", "Enrollment.category", "Enrollment.end_reason", "SourceRecord.feed"}
)
SECOND = frozenset({"ALSO_STAYS_WITH.records"})
SENT = frozenset({"SourceRecord.feed"})
MEMBERS = frozenset({"MEMBER_OF.role"})
EVENTS = {"Certification.next_due": DUTIES, CLOCK: CLOCKS, BIRTH: BIRTHDAYS}
"""Kinds of events that give something away, by what it is."""
DEPARTED = frozenset(
    {
        "Departure.kind",
        "SimulatedAmount.low_cents",
        "LOST_AFTER_RAISE.loss_cents",
        "Enrollment.program",
        "Enrollment.end_reason",
        "BenefitAmount.monthly_amount_cents",
    }
)
PLACE = "County.name"
RAISES, NEAR = 50_00, 100_00
"""Steps of what may be asked of all, that the difference of two answers tells of nobody alone."""
BORNE = frozenset({"Expense.monthly_amount_cents", "BenefitAmount.monthly_amount_cents"})
IDS = re.compile(r"H[0-9a-f]{24}")
FRESH_SECONDS = 1.0
"""A load that is published is seen within this time."""


@dataclass(frozen=True)
class Page:
    """Household ids in their order; `next` is the id to go on after, None at the end."""

    rows: list[Row]
    next: str | None


class Counter:
    """Open for as long as store and ledger are.

    `agreement` gives the one in use, or raises `Denied` where there is none yet. `now` gives the time, so
    that tests can.
    """

    def __init__(
        self, store: Store, ledger: Ledger, agreement: Callable[[], Agreement], now: Callable[[], datetime]
    ) -> None:
        self.store = store
        self.ledger = ledger
        self.now = now
        self._agreement = agreement
        self._newest: tuple[float, date | None] = (0.0, None)

    def visit(self, secret: str | None, purpose: str | None, seconds: float | None = None) -> Visit:
        """Who asks, and what for. Raises `Denied`, which is logged.

        Used as a context manager, a visit reads in one session, and nothing any more after `seconds`.
        """
        day = self.now().date()
        key = keys.find(self.ledger, secret) if secret else None
        agreement: Agreement | None = None
        try:
            agreement = self._agreement()
            if key is None or not key.valid(day):
                raise bad_key()
            if not purpose:
                raise Denied("PURPOSE_MISSING", "a question needs a purpose", "Send X-CCG-Purpose, or --purpose.")
            decision = decide(agreement, key.party, key.role, purpose, day)
            newest = self.newest()
            if newest is None:
                raise Denied("GRAPH_EMPTY", "nothing has been loaded yet", "`ccg load FEEDS` loads it.")
        except Denied as denied:
            self._refused(key, purpose if _names(agreement, purpose) else None, agreement, denied)
            raise
        return Visit(self, key, decision, newest, seconds)

    def newest(self) -> date | None:
        """The recorded time of the newest published load; None while there is none."""
        read, day = self._newest
        if day is None or time.monotonic() - read > FRESH_SECONDS:
            day = catalogue.newest(self.store)
            self._newest = (time.monotonic(), day)
        return day

    def _refused(self, key: keys.Key | None, purpose: str | None, agreement: Agreement | None, denied: Denied) -> None:
        access_log.write(
            self.ledger,
            access_log.Line(
                self.now(), key.id if key else None, key.party if key else None, key.role if key else None,
                purpose, "visit", (), (), (), f"{agreement.id}@{agreement.version}" if agreement else "-", denied.code,
            ),
        )  # fmt: skip


class Visit:
    """One asker, one purpose, one day's knowledge. Every answer and refusal leaves a line in the access log."""

    def __init__(
        self, counter: Counter, key: keys.Key, decision: Decision, newest: date, seconds: float | None
    ) -> None:
        self._counter = counter
        self._reads: Reads = counter.store
        self._until = None if seconds is None else time.monotonic() + seconds
        self._stack = ExitStack()
        self.key = key
        self.decision = decision
        self.newest = newest
        self._records: dict[tuple[str, date, date, date], HouseholdRecord] = {}

    def __enter__(self) -> Visit:
        self._reads = self._stack.enter_context(self._counter.store.session(self._in_time))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        self._reads = self._counter.store
        self._stack.__exit__(kind, error, trace)

    def as_of(self, asked: date | None) -> date:
        """The day of knowledge: the newest published batch, or an earlier day that was asked for."""
        return min(asked, self.newest) if asked else self.newest

    def refused(self, operation: str, denied: Denied) -> None:
        """Leave a line for a question that was refused before it was asked."""
        line = _Line(self._counter, self, operation, ())
        line.__exit__(Denied, denied, None)

    def household(
        self, household: str, start: date, end: date, as_of: date, parts: frozenset[str] = EVERYTHING
    ) -> Told:
        """A household over [start, end), as far as the grant tells. Raises `Denied`.

        `parts` are those that the asker will be told, for the access log.
        """
        with self._line("household", household) as line:
            self._needs("household", MEMBERS)
            record = self._record(household, start, end, as_of)
            told = tell(record, self.decision, "household", parts)
            line.told(told.elements, tuple(w.part for w in told.withheld if w.part in parts))
            return told

    def households(self, first: int, after: str, as_of: date) -> Page:
        """Ids of the households of the grant's clients, in pages."""
        if not 1 <= first <= 200:
            raise bad_request("first must be from 1 to 200")
        with self._line("households") as line:
            self._needs("household", MEMBERS)
            circle = self._circle("household")
            rows = self._reads.read(
                statement("households_page"),
                {"after": after, "first": first + 1, "clients": circle, "agencies": self._offices(), "asOf": as_of},
            )
            if self.decision.allows("household", SENT):
                rows = [row | {"agencies": []} for row in rows]
            line.households = tuple(row["household"] for row in rows[:first])
            line.told(self.decision.covering("household", MEMBERS), ())
            return Page(rows[:first], rows[first - 1]["household"] if len(rows) > first else None)

    def person(self, person: str, as_of: date) -> dict[str, list[Row]]:
        """A person's households, history and records, at the person grain, and what became of the id.

        `second_homes`: households that they also stay with; `current`: who has its records now: itself, or those to
        whom they went.
        """
        with self._line("person") as line:
            self._needs("person", PERSON)
            current = self._clients(self._current(person, as_of), as_of)
            homes = self._of_clients(current, as_of, "person")
            parameters = {"person": person, "asOf": as_of}
            shut = self.decision.allows("person", SECOND)
            second = [] if shut else self._reads.read(statement("second_homes"), parameters)
            line.households = _ids([*homes, *second])
            homes = homes if current == [person] else []
            history = self._reads.read(catalogue.find("person_history").cypher, parameters)
            records = self._reads.read(statement("records_of_person"), parameters)
            line.told(self.decision.covering("person", PERSON | (SECOND - shut)), ())
            events = self._reads.read(statement("identity_events"), parameters)
            others = {row[end] for row in events for end in ("gave", "got")} - {person, *current}
            known = self._reads.read(statement("people_known_to"), {"people": sorted(others), "asOf": as_of})
            strangers = {row["person"] for row in known if not self._in_circle(row, "person")}
            events = [row for row in events if not {row["gave"], row["got"]} & strangers]
            events.sort(key=lambda row: (row["day"], row["gave"], row["got"]))
            told = {"households": homes, "second_homes": second, "history": history}
            return told | {"records": records, "events": events, "current": [{"person": one} for one in current]}

    def ladder(self, household: str, month: date, earner: str | None, as_of: date) -> Outlook:
        """Net resources against earnings in a month. Raises `Denied`."""
        ask = partial(ladder_of, month=month, earner=earner)
        return self._outlook("cliffLadder", household, LADDER, month, as_of, ask)

    def grid(
        self, household: str, month: date, earner: str | None, other: str, levels: Sequence[int], as_of: date
    ) -> list[tuple[int, Outlook]]:  # fmt: skip
        """Ladders of an earner beside another who earns so much. Raises `Denied`."""
        ask = partial(grid_of, month=month, earner=earner, other=other, levels=levels)
        with self._asked("cliffGrid", household, LADDER, month, as_of) as record:
            return [(cents, self._told(outlook)) for cents, outlook in self._answered(ask, record)]

    def path(self, household: str, offer: Offer, as_of: date) -> Outlook:
        """Month by month with an offer and without. Raises `Denied`."""
        return self._outlook("cliffPath", household, LADDER | {WAGE}, offer.month, as_of, partial(path_of, offer=offer))

    def ways(self, household: str, search: Search, as_of: date) -> Outlook:
        """The best ways up through some jobs, and what happens on each. Raises `Denied`."""
        ask = partial(ways_of, search=search)
        return self._outlook("waysUp", household, LADDER | {WAGE}, search.month, as_of, ask)

    def worth(self, household: str, asked: Wages, as_of: date) -> Outlook:
        """The wage at which an offer is worth it. Raises `Denied`."""
        ask = partial(worth_of, asked=asked)
        return self._outlook("breakEven", household, LADDER | {WAGE}, asked.month, as_of, ask)

    def compared(self, household: str, as_of: date) -> dict[str, list[Row]]:
        """Months of a household by program (`months`), with what was paid and what the rules come to, `departures` of
        the one from the other, and recorded `losses` after raises, as the newest load derived them. Raises `Denied`."""
        with self._line("comparedWithRules", household) as line:
            self._needs("household", DEPARTED)
            if not self._is_client(household, as_of, "household"):
                raise not_found("household")
            asked = {"households": [household], "asOf": as_of}
            parts = ("simulated", "departures", "losses")
            months, departures, losses = self._reads.read_all([statement(name) for name in parts], asked)
            line.told(self.decision.covering("household", DEPARTED), ())

            def said(row: Row) -> list[Said]:
                return [Said(text, on or None) for text, on in zip(row["evidence"], row["rests_on"], strict=True)]

            told = [row | {"evidence": words(said(row), self._closed)} for row in departures]
            return {"months": months, "departures": told, "losses": losses}

    def explanation(self, household: str, month: date, program: str, as_of: date) -> Outlook:
        """How a program's rule comes to its result in a month. Raises `Denied`."""
        ask = partial(explanation_of, month=month, program=program)
        return self._outlook("explanation", household, LADDER | {WAGE, INCOME} | BORNE, month, as_of, ask)

    def resources(self, household: str, month: date, months: int, as_of: date) -> Outlook:
        """Net cash by month against what is borne. Raises `Denied`."""
        ask = partial(resources_of, month=month, months=months)
        return self._outlook("resourcesVsExpenses", household, LADDER | {WAGE} | BORNE, month, as_of, ask)

    def query(self, name: str, given: Mapping[str, str | int | date | None], as_of: date) -> Disclosed:
        """A catalogue query. Raises `Denied`, also for parameters that do not fit."""
        subject = given.get("household")
        with self._line(name if name in catalogue.catalogue() else "query", str(subject or "")) as line:
            try:
                found = catalogue.find(name)
                found.bind(given, as_of)
            except (LookupError, ValueError) as error:
                raise bad_request(
                    str(error).strip("'\""), "`ccg query --list` shows each query's parameters."
                ) from None
            if found.grain == "agreement":  # about the agreement alone, and open to all its parties
                line.told(("agreement",), ())
                return Disclosed(catalogue.run(self._reads, found, given, as_of), 0, 1)
            grain: Grain = found.grain  # type: ignore[assignment]
            self._needs(grain, found.needs)
            line.households += self._within(found, given, grain, as_of)
            rows = catalogue.run(self._reads, found, given, as_of)
            if not rows and "Ladder.month" in found.needs:
                self._ladders_stand(found.bind(given, as_of))
            line.told(self.decision.covering(grain, found.needs), ())
            if grain != "aggregate":
                return Disclosed(rows, 0, 1)
            return suppress(found, rows, self.decision.smallest_cell())

    def reform(
        self, reform: Reform, month: date, months: int, as_of: date, progress: Callable[[str, int], None],
        *, ladders: bool = False,
    ) -> dict[str, Disclosed]:  # fmt: skip
        """What a reform does to all households, table by table, with `ladders` to their cliffs as well. Raises
        `Denied`."""
        if not 1 <= months <= 60:
            raise bad_request("months must be from 1 to 60")
        with self._line("reform") as line:
            self._may_count_all()
            every = ids_of(self._reads, as_of)

            def on(what: str, households: int) -> None:
                self._in_time()
                progress(what, households)

            found = effects(self._reads, every, reform, month, months, as_of, on, ladders=ladders)
            line.told(self.decision.covering("aggregate", LADDER | BORNE), ())
            smallest = self.decision.smallest_cell()
            told = {
                name: suppress(table, table.rows(found), smallest)
                for name, table in TABLES.items()
                if ladders or name != "cliffs"
            }
            run_by = {row["id"]: row["agency"] for row in self._reads.read(statement("programs"))}
            costs = [{"agency": run_by.get(row["program"]), **row} for row in told["costs"].rows]
            return told | {"costs": replace(told["costs"], rows=costs)}

    def bridges(self, asked: Raise, as_of: date, progress: Callable[[str, int], None]) -> dict[str, Disclosed]:
        """What a raise does to all households near a cliff, table by table. Raises `Denied`."""
        with self._line("bridgeSizing") as line:
            needs = LADDER | BORNE | {WAGE, PLACE}
            self._may_count_all(needs)

            def on(what: str, households: int) -> None:
                self._in_time()
                progress(what, households)

            if not 2 <= asked.months <= 60 or asked.cents % RAISES or asked.within_cents % NEAR:
                raise bad_request("a raise is in steps of $50, within in steps of $100, and months are from 2 to 60")
            self._ladders_stand({"month": asked.month, "asOf": as_of})
            found = bridges(self._reads, asked, as_of, on)
            line.told(self.decision.covering("aggregate", needs), ())
            smallest = self.decision.smallest_cell()
            return {
                name: suppress_each(table, table.rows(found), table.together, smallest)
                for name, table in BRIDGES.items()
            }

    @contextmanager
    def by(self, reform: Reform) -> Iterator[None]:
        """Have what is asked of a household within go by a reform. Raises `Denied`: as other rules may make one fact
        count for more than all others, it takes what an explanation takes."""
        with self._line("byReform") as line:
            needs = LADDER | {WAGE, INCOME} | BORNE
            self._needs("household", needs)
            line.told(self.decision.covering("household", needs), ())
        with reform.in_force():
            yield

    def reform_of(self, text: str) -> Reform:
        """The reform of a YAML text, to ask of a household by. Raises `Denied` where it is none."""
        with self._line("readReform") as line:
            found = _parsed(text)
            line.told((), ())
            return found

    def read_reform(self, text: str, save_as: str | None = None) -> Reform:
        """The reform of a YAML text, to be kept by a name. Raises `Denied`."""
        with self._line("readReform") as line:
            self._may_count_all()
            self._may_save(save_as)
            found = _parsed(text)
            line.told((), ())
            return found

    def told_of(
        self, reform: Reform, month: date, months: int, as_of: date, tables: Mapping[str, Disclosed]
    ) -> SavedReform:  # fmt: skip
        """What a reform was told to do, with what it follows from, to be kept."""
        return SavedReform(
            "", reform.name, reform.version, rules_version(), month, months, as_of, self._counter.now(), self.key.id,
            {of: table.rows for of, table in tables.items()}, self.decision.smallest_cell(),
        )  # fmt: skip

    def may_save(self, name: str) -> None:
        """Raise `Denied` where a reform cannot be kept by a name."""
        with self._line("mayKeepReform") as line:
            self._may_count_all()
            self._may_save(name)
            line.told((), ())

    def save_reform(self, name: str, told: SavedReform) -> SavedReform:
        """Keep it under a name, for whoever may count all clients, in place of one's own of that name. Raises
        `Denied`."""
        with self._line("keepReform") as line:
            self._may_count_all()
            self._may_save(name)
            one = replace(told, name=name)
            reforms.save(self._counter.ledger, one)
            line.told((), ())
            return one

    def saved_reforms(self) -> list[SavedReform]:
        """What was kept, the newest first, without what tells smaller counts than the grant does. Raises `Denied`."""
        with self._line("keptReforms") as line:
            found = self._kept()
            line.told(self.decision.covering("aggregate", LADDER | BORNE), ())
            return found

    def saved_reform(self, name: str) -> SavedReform:
        """One that was kept. Raises `Denied`."""
        with self._line("keptReforms") as line:
            one = self._kept_as(name)
            line.told(self.decision.covering("aggregate", LADDER | BORNE), ())
            return one

    def forget_reform(self, name: str) -> None:
        """Keep it no longer. Raises `Denied`."""
        with self._line("forgetReform") as line:
            self._kept_as(name)
            reforms.forget(self._counter.ledger, name)
            line.told((), ())

    def _may_save(self, name: str | None) -> None:
        if name is None:
            return
        if not SAVED_NAME.fullmatch(name):
            raise bad_request(f"{name!r} is no name for a reform", "Use up to 60 letters, digits, `_`, `-` and `.`.")
        if any(one.name == name and one.by != self.key.id for one in reforms.saved(self._counter.ledger)):
            raise bad_request(f"another key keeps a reform as {name!r}", "Take another name, or forget that one first.")

    def _kept(self) -> list[SavedReform]:
        self._may_count_all()
        cell = self.decision.smallest_cell()
        return [one for one in reforms.saved(self._counter.ledger) if one.smallest_cell >= cell]

    def _kept_as(self, name: str) -> SavedReform:
        found = {one.name: one for one in self._kept()}
        if name not in found:
            near = difflib.get_close_matches(name, found, n=3, cutoff=0.4)
            raise bad_request(f"no reform was saved as {name!r}", f"Closest: {', '.join(near)}." if near else
                              "`ccg reforms list` lists them.")  # fmt: skip
        return found[name]

    def _may_count_all(self, needs: frozenset[str] = LADDER | BORNE) -> None:
        self._needs("aggregate", needs)
        if self._circle("aggregate") != "all":
            raise Denied("NOT_GRANTED", "this counts all clients, and your grant is for fewer",
                         "Ask for a wider grant, or of one household.")  # fmt: skip

    def set_aside(self, agency: str) -> frozenset[str]:
        """The elements that may be shown of rows which an agency sent and which are in no household yet.

        Raises `Denied`; whether such a row is of a common client nobody knows, so a grant for those opens none.
        """
        with self._line("quarantine") as line:
            self._needs("person", SENT)
            circle = self._circle("person")
            if circle != "all" and not (circle == "own" and agency in self._offices()):
                raise Denied(
                    "NOT_GRANTED", f"your grant does not open what {agency} sent", "Ask someone of that agency."
                )
            elements = self.decision.elements("person")
            line.told(tuple(sorted(elements)), ())
            return elements

    def reviewing(self, properties: frozenset[str]) -> tuple[frozenset[str], frozenset[str] | None]:
        """What a reviewer of who is who may see of records: which of these properties, and of which agencies (None: of
        all).

        Raises `Denied`; whether a record is of a common client is what the review is to find out, so a grant for those
        opens none.
        """
        with self._line("review") as line:
            self._needs("person", SENT)
            circle = self._circle("person")
            if circle == "common":
                raise Denied(
                    "NOT_GRANTED", "your grant is for common clients, and a review is to find out who they are",
                    "Ask with a purpose that opens all clients, or your own.",
                )  # fmt: skip
            seen = properties - self.decision.allows("person", properties)
            line.told(self.decision.covering("person", seen), ())
            return seen, None if circle == "all" else frozenset(self._offices())

    def roster(self) -> dict[str, list[Row]]:
        """Programs and agencies: open to every key."""
        with self._line("roster") as line:
            line.told(("roster",), ())
            programs = self._reads.read(statement("programs"))
            agencies = self._reads.read(statement("agencies"))
            return {"programs": programs, "agencies": agencies}

    # Private

    def _in_time(self) -> None:
        if self._until is not None and time.monotonic() > self._until:
            raise too_slow()

    def _record(self, household: str, start: date, end: date, as_of: date) -> HouseholdRecord:
        """The whole record, read once a visit; only when the household is a client."""
        key = (household, start, end, as_of)
        if key not in self._records:
            may = partial(self._in_circle, grain="household")
            found = read_household(self._reads, household, as_of, start, end, may)
            if found is None:
                raise not_found("household")
            self._records[key] = found
        return self._records[key]

    def _outlook(
        self, operation: str, household: str, needs: frozenset[str], month: date, as_of: date,
        ask: Callable[[HouseholdRecord], Outlook],
    ) -> Outlook:  # fmt: skip
        """What the rules say of a household's record of the year to a month, as far as the grant tells."""
        with self._asked(operation, household, needs, month, as_of) as record:
            return self._told(self._answered(ask, record))

    @contextmanager
    def _asked(
        self, operation: str, household: str, needs: frozenset[str], month: date, as_of: date
    ) -> Iterator[HouseholdRecord]:  # fmt: skip
        """The record that rules are asked about, with a line of its own. Raises `Denied`."""
        with self._line(operation, household) as line:
            self._needs("household", needs)
            record = self._record(household, *year_to(month), as_of)
            line.told(self.decision.covering("household", needs), ())
            yield record

    @staticmethod
    def _answered(ask: Callable[[HouseholdRecord], A], record: HouseholdRecord) -> A:
        try:
            return ask(record)
        except LookupError as error:
            raise bad_request(str(error), "Name one of these, or an adult of the household then.") from None
        except CasesError as error:
            raise bad_request(str(error), "Ask for what can be in this household then.") from None

    def _is_client(self, household: str, as_of: date, grain: Grain) -> bool:
        """Whether a household is within the circle of clients."""
        rows = self._reads.read(statement("household_known_to"), {"household": household, "asOf": as_of})
        return any(self._in_circle(row, grain) for row in rows)

    def _of_clients(self, people: list[str], as_of: date, grain: Grain) -> list[Row]:
        """The households of people of whom one at least is a client, by their own records. Raises `Denied`."""
        parameters = {"people": people, "asOf": as_of}
        rows = self._reads.read(statement("people_known_to"), parameters)
        if not any(self._in_circle(row, grain) for row in rows):
            raise not_found("person")
        return self._reads.read(statement("households_of_people"), parameters)

    def _clients(self, people: list[str], as_of: date) -> list[str]:
        """Those of some people who are clients at the grain of a person. Raises `Denied` where none is."""
        rows = self._reads.read(statement("people_known_to"), {"people": people, "asOf": as_of})
        found = sorted(row["person"] for row in rows if self._in_circle(row, "person"))
        if not found:
            raise not_found("person")
        return found

    def _current(self, person: str, as_of: date) -> list[str]:
        """Who has the records that a person had: itself, or those to whom they all went, clients or not."""
        seen, asked, found = {person}, [person], set()
        while asked:
            standing = self._reads.read(statement("people_known_to"), {"people": asked, "asOf": as_of})
            found |= {row["person"] for row in standing}
            gone = [one for one in asked if one not in found]
            parameters = [{"person": one, "asOf": as_of} for one in gone]
            events = [row for each in parameters for row in self._reads.read(statement("identity_events"), each)]
            asked = sorted({row["got"] for row in events if row["gave"] in gone} - seen)
            seen |= set(asked)
        return sorted(found) or [person]

    def _in_circle(self, known: Row, grain: Grain) -> bool:
        """Whether who is known to these agencies is among the clients: all, common to two, or own."""
        agencies, secretariats = set(known["agencies"]), set(known["secretariats"])
        return {
            "all": bool(agencies),
            "common": len(agencies) > 1,
            "own": self.decision.party in agencies | secretariats,
        }[self._circle(grain)]

    def _circle(self, grain: Grain) -> str:
        circle = self.decision.clients(grain)
        if circle is None:
            raise Denied(
                "GRAIN_CLOSED", f"your grant opens nothing at the grain of a {grain}", "Ask for an aggregate instead."
            )
        return circle

    def _offices(self) -> list[str]:
        rows = self._reads.read(statement("offices_of_party"), {"party": self.decision.party})
        return [row["id"] for row in rows]

    def _ladders_stand(self, asked: Mapping[str, Any]) -> None:
        """No rows because nobody stands there, or because no ladders were made? Raises `Denied` for the latter."""
        if not self._reads.read(statement("ladders_of_month"), asked)[0]["ladders"]:
            raise Denied(
                "NOT_DERIVED", f"no ladders stand for {asked['month']:%Y-%m}",
                "A load derives those of the month before it; ask for such a month.",
            )  # fmt: skip

    def _within(
        self, query: catalogue.Query, given: Mapping[str, str | int | date | None], grain: Grain, as_of: date
    ) -> tuple[str, ...]:
        """Hold what a query is about against the circle of clients; gives the households of who it is about."""
        circle = self._circle(grain)
        named = {parameter.name for parameter in query.parameters}
        if "household" in named and not self._is_client(str(given["household"]), as_of, grain):
            raise not_found("household")
        if "person" in named:
            return _ids(self._of_clients([str(given["person"])], as_of, grain))
        if "fact" in named:
            rows = self._reads.read(statement("people_of_fact"), {"fact": given["fact"], "asOf": as_of})
            return _ids(self._of_clients([row["person"] for row in rows], as_of, grain))
        if grain == "aggregate" and circle != "all":
            raise Denied(
                "NOT_GRANTED", f"this counts all clients; your grant is for {circle} ones", "Ask for a wider grant."
            )
        return ()

    def _told(self, outlook: Outlook) -> Outlook:
        """An outlook without what the grant withholds, in figures, events and words."""

        closed = self._closed
        if outlook.by:
            outlook.reason  # noqa: B018 - what would narrow it most is reckoned once, by the rules in force here
        if closed(WAGE):
            outlook = replace(outlook, recorded_cents=None)
        if outlook.path:
            hidden = frozenset(kind for name, kinds in EVENTS.items() if closed(name) for kind in kinds)
            outlook = replace(outlook, path=outlook.path.without(hidden))
        if outlook.ways:
            outlook = replace(outlook, ways={name: (way, self._told(of)) for name, (way, of) in outlook.ways.items()})
        return replace(outlook, closed=closed)

    def _closed(self, name: str) -> bool:
        """Whether a `Type.property` may not be told of a household."""
        return bool(self.decision.allows("household", frozenset({name})))

    def _needs(self, grain: Grain, properties: frozenset[str]) -> None:
        self._circle(grain)
        missing = self.decision.allows(grain, properties)
        if missing:
            raise withheld(missing)

    def _line(self, operation: str, household: str = "") -> _Line:
        return _Line(self._counter, self, operation, (household,) if IDS.fullmatch(household) else ())


class _Line:
    """The line that an answer or a refusal leaves; an answer that cannot be logged is not given."""

    def __init__(self, counter: Counter, visit: Visit, operation: str, households: tuple[str, ...]) -> None:
        self._counter = counter
        self._visit = visit
        self._operation = operation
        self.households = households
        self._elements: tuple[str, ...] = ()
        self._withheld: tuple[str, ...] = ()

    def told(self, elements: tuple[str, ...], parts_withheld: tuple[str, ...]) -> None:
        self._elements, self._withheld = elements, parts_withheld

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        outcome = "answered" if error is None else error.code if isinstance(error, Denied) else "failed"
        decision = self._visit.decision
        access_log.write(
            self._counter.ledger,
            access_log.Line(
                self._counter.now(), self._visit.key.id, decision.party, decision.role, decision.purpose,
                self._operation, self.households, self._elements, self._withheld,
                f"{decision.agreement}@{decision.version}", outcome,
            ),
        )  # fmt: skip


def _names(agreement: Agreement | None, purpose: str | None) -> bool:
    """Whether an agreement names a purpose; what it does not name may be anything, and is not kept."""
    return agreement is not None and purpose in {known.id for known in agreement.purposes}


def _ids(homes: list[Row]) -> tuple[str, ...]:
    """Each household once, in the order of ids."""
    return tuple(sorted({row["household"] for row in homes}))


def _parsed(text: str) -> Reform:
    """The reform of a YAML text. Raises `Denied` where it is none."""
    if len(text) > LONGEST_REFORM:
        raise bad_request(f"a reform is {LONGEST_REFORM:,} characters at most")
    try:
        return parse(text)
    except ReformError as error:
        raise bad_request(str(error), "docs/reforms.md shows how a reform is written.") from None


__all__ = [
    "Birth", "Counter", "Disclosed", "Move", "Offer", "Outlook", "Page", "Raise", "Reform", "Row", "SavedReform",
    "Search", "Separation", "Step", "Visit", "Wages", "follows", "rules_version",
]  # fmt: skip
