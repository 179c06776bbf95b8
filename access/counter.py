"""The counter: it knows the graph, the ledger and the agreement; a visit is one asker with one purpose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from access.disclosure import Disclosed, suppress
from access.errors import Denied, bad_key, bad_request, not_found, withheld
from access.visible import Told, tell
from governance.agreement import Agreement, Grain
from governance.decision import Decision, decide
from ledger import access_log, keys
from ledger.database import Ledger
from queries import catalogue
from queries.catalogue import Row, Store
from queries.household import HouseholdRecord, read_household, statement, year_to
from queries.outlook import Offer, Outlook, ladder_of, path_of

LADDER = frozenset({"Ladder.status"})
PERSON = frozenset({"MEMBER_OF.role", "Enrollment.program", "SourceRecord.feed"})
MEMBERS = frozenset({"MEMBER_OF.role"})
WAGES, PROGRAMS = frozenset({"Wage.amount_cents"}), frozenset({"Enrollment.program"})
IDS = re.compile(r"H[0-9a-f]{24}")


@dataclass(frozen=True)
class Page:
    """Household ids in their order; `next` is the id to go on after, None at the end."""

    rows: list[Row]
    next: str | None


class Counter:
    """Open for as long as store and ledger are. `now` gives the time, so that tests can."""

    def __init__(self, store: Store, ledger: Ledger, agreement: Agreement, now: Callable[[], datetime]) -> None:
        self.store = store
        self.ledger = ledger
        self.agreement = agreement
        self.now = now

    def visit(self, secret: str | None, purpose: str | None) -> Visit:
        """Who asks, and what for. Raises `Denied`; the refusal is logged."""
        day = self.now().date()
        key = keys.find(self.ledger, secret) if secret else None
        try:
            if key is None or not key.valid(day):
                raise bad_key()
            if not purpose:
                raise Denied("PURPOSE_MISSING", "a question needs a purpose", "Send X-CCG-Purpose, or --purpose.")
            decision = decide(self.agreement, key.party, key.role, purpose, day)
        except Denied as denied:
            self._refused(key, purpose, denied)
            raise
        newest = catalogue.newest(self.store)
        if newest is None:
            raise Denied("GRAPH_EMPTY", "nothing has been loaded yet", "`ccg load FEEDS` loads; `make demo` shows it.")
        return Visit(self, key, decision, newest)

    def _refused(self, key: keys.Key | None, purpose: str | None, denied: Denied) -> None:
        access_log.write(
            self.ledger,
            access_log.Line(
                self.now(), key.id if key else None, key.party if key else None, key.role if key else None,
                purpose, "visit", None, (), (), f"{self.agreement.id}@{self.agreement.version}", denied.code,
            ),
        )  # fmt: skip


class Visit:
    """One asker, one purpose, one day's knowledge. Every answer and refusal leaves a line in the access log."""

    def __init__(self, counter: Counter, key: keys.Key, decision: Decision, newest: date) -> None:
        self._counter = counter
        self._store = counter.store
        self.key = key
        self.decision = decision
        self.newest = newest
        self._records: dict[tuple[str, date, date, date], HouseholdRecord] = {}
        self._known: dict[tuple[str, date, Grain], bool] = {}

    def as_of(self, asked: date | None) -> date:
        """The day of knowledge: the newest published batch, or an earlier day that was asked for."""
        return min(asked, self.newest) if asked else self.newest

    def household(self, household: str, start: date, end: date, as_of: date) -> Told:
        """A household over [start, end), as far as the grant tells. Raises `Denied`."""
        with self._line("household", household) as line:
            self._needs("household", MEMBERS)
            record = self._record(household, start, end, as_of)
            told = tell(record, self.decision, "household")
            line.told(told.elements, tuple(w.part for w in told.withheld))
            return told

    def households(self, first: int, after: str, as_of: date) -> Page:
        """Ids of the households of the grant's clients, in pages."""
        if not 1 <= first <= 200:
            raise bad_request("first must be from 1 to 200")
        with self._line("households", None) as line:
            self._needs("household", MEMBERS)
            circle = self._circle("household")
            rows = self._store.read(
                statement("households_page"),
                {"after": after, "first": first + 1, "clients": circle, "agencies": self._offices(), "asOf": as_of},
            )
            line.told(("household",), ())
            return Page(rows[:first], rows[first - 1]["household"] if len(rows) > first else None)

    def person(self, person: str, as_of: date) -> dict[str, list[Row]]:
        """A person's households, history and records, at the person grain."""
        with self._line("person", None) as line:
            self._needs("person", PERSON)
            homes = self._store.read(statement("households_of_person"), {"person": person, "asOf": as_of})
            if not any(self._is_client(row["household"], as_of, "person") for row in homes):
                raise not_found("person")
            parameters = {"person": person, "asOf": as_of}
            history = self._store.read(catalogue.find("person_history").cypher, parameters)
            records = self._store.read(statement("records_of_person"), parameters)
            line.told(tuple(sorted(self.decision.elements("person"))), ())
            return {"households": homes, "history": history, "records": records}

    def ladder(self, household: str, month: date, earner: str | None, as_of: date) -> Outlook:
        """Net resources against earnings in a month. Raises `Denied`."""
        with self._line("cliffLadder", household) as line:
            self._needs("household", LADDER)
            record = self._record(household, *year_to(month), as_of)
            line.told(("cliffs",), ())
            return self._told(_outlook(lambda: ladder_of(record, month, earner)))

    def path(self, household: str, offer: Offer, as_of: date) -> Outlook:
        """Month by month with an offer and without. Raises `Denied`."""
        with self._line("cliffPath", household) as line:
            self._needs("household", LADDER)
            record = self._record(household, *year_to(offer.month), as_of)
            line.told(("cliffs",), ())
            return self._told(_outlook(lambda: path_of(record, offer)))

    def query(self, name: str, given: Mapping[str, str | int | date | None], as_of: date) -> Disclosed:
        """A catalogue query. Raises `Denied`, also for parameters that do not fit."""
        try:
            found = catalogue.find(name)
            found.bind(given, as_of)
        except (LookupError, ValueError) as error:
            raise bad_request(str(error).strip("'\""), "`ccg query --list` shows each query's parameters.") from None
        grain: Grain = {"person": "person", "household": "household"}.get(found.grain, "aggregate")  # type: ignore[assignment]
        subject = given.get("household")
        with self._line(name, str(subject) if subject else None) as line:
            self._needs(grain, found.needs)
            self._is_within(found, given, grain, as_of)
            rows = catalogue.run(self._store, found, given, as_of)
            line.told(tuple(sorted(self.decision.elements(grain))), ())
            if grain != "aggregate":
                return Disclosed(rows, 0, 1)
            return suppress(found, rows, self.decision.smallest_cell())

    def roster(self) -> dict[str, list[Row]]:
        """Programs and agencies: open to every key."""
        with self._line("roster", None) as line:
            line.told(("roster",), ())
            programs = self._store.read(statement("programs"))
            agencies = self._store.read(statement("agencies"))
            return {"programs": programs, "agencies": agencies}

    # Private

    def _record(self, household: str, start: date, end: date, as_of: date) -> HouseholdRecord:
        """The whole record, read once a visit; only after the household is known to be a client."""
        if not self._is_client(household, as_of, "household"):
            raise not_found("household")
        key = (household, start, end, as_of)
        if key not in self._records:
            found = read_household(self._store, household, as_of, start, end)
            if found is None:
                raise not_found("household")
            self._records[key] = found
        return self._records[key]

    def _is_client(self, household: str, as_of: date, grain: Grain) -> bool:
        """Whether a household is within the circle of clients: all, common to two agencies, or own."""
        if (household, as_of, grain) not in self._known:
            circle = self._circle(grain)
            rows = self._store.read(statement("known_to"), {"household": household, "asOf": as_of})
            agencies = set(rows[0]["agencies"]) if rows else set()
            secretariats = set(rows[0]["secretariats"]) if rows else set()
            self._known[household, as_of, grain] = {
                "all": bool(agencies),
                "common": len(agencies) > 1,
                "own": self.decision.party in agencies | secretariats,
            }[circle]
        return self._known[household, as_of, grain]

    def _circle(self, grain: Grain) -> str:
        circle = self.decision.clients(grain)
        if circle is None:
            raise Denied(
                "GRAIN_CLOSED", f"your grant opens nothing at the grain of a {grain}", "Ask for an aggregate instead."
            )
        return circle

    def _offices(self) -> list[str]:
        rows = self._store.read(statement("offices_of_party"), {"party": self.decision.party})
        return [row["id"] for row in rows]

    def _is_within(
        self, query: catalogue.Query, given: Mapping[str, str | int | date | None], grain: Grain, as_of: date
    ) -> None:
        """Hold what a query is about against the circle of clients."""
        circle = self._circle(grain)
        named = {parameter.name for parameter in query.parameters}
        if "household" in named and not self._is_client(str(given["household"]), as_of, grain):
            raise not_found("household")
        for name, of in (("person", "households_of_person"), ("fact", "households_of_fact")):
            if name in named:
                homes = self._store.read(statement(of), {name: given[name], "asOf": as_of})
                if not any(self._is_client(row["household"], as_of, grain) for row in homes):
                    raise not_found("person")
        if grain == "aggregate" and circle != "all":
            raise Denied(
                "NOT_GRANTED", f"this counts all clients; your grant is for {circle} ones", "Ask for a wider grant."
            )

    def _told(self, outlook: Outlook) -> Outlook:
        """An outlook without what the grant withholds: recorded earnings, and which programs there are."""
        if self.decision.allows("household", WAGES):
            outlook = replace(outlook, recorded_cents=None)
        if self.decision.allows("household", PROGRAMS):
            outlook = replace(outlook, outside=())
        return outlook

    def _needs(self, grain: Grain, properties: frozenset[str]) -> None:
        self._circle(grain)
        missing = self.decision.allows(grain, properties)
        if missing:
            raise withheld(missing)

    def _line(self, operation: str, household: str | None) -> _Line:
        return _Line(self._counter, self, operation, household)


class _Line:
    """The line that an answer or a refusal leaves; an answer that cannot be logged is not given."""

    def __init__(self, counter: Counter, visit: Visit, operation: str, household: str | None) -> None:
        self._counter = counter
        self._visit = visit
        self._operation = operation
        self._household = household if household and IDS.fullmatch(household) else None
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
                self._operation, self._household, self._elements, self._withheld,
                f"{decision.agreement}@{decision.version}", outcome,
            ),
        )  # fmt: skip


def _outlook(ask: Callable[[], Outlook]) -> Outlook:
    try:
        return ask()
    except LookupError as error:
        raise bad_request(str(error), "Name an adult of the household in that month, or none.") from None


__all__ = ["Counter", "Offer", "Outlook", "Page", "Visit"]
