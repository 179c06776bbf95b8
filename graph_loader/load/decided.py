"""Reviewers' decisions in the graph: facts about source records, which stand until somebody withdraws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.store import Store
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.decisions import Decision, Record, contradiction
from graph_loader.identity.tokens import Hasher


@dataclass(frozen=True)
class Decided:
    """A decision as it is in the graph."""

    id: str
    decision: Decision
    by: str
    why: str
    on: date
    pending: bool
    withdrawn_on: date | None

    def __str__(self) -> str:
        is_what = "one person" if self.decision.same else "two people"
        return f"{self.id} ({self.on}, {self.by}): {self.decision.left} and {self.decision.right} are {is_what}"


def every(store: Store) -> list[Decided]:
    """All decisions, those withdrawn among them, the oldest first."""
    ends: dict[str, dict[str, Record]] = {}
    for row in store.read(
        "MATCH (d:ReviewDecision)-[a:ABOUT]->(s:SourceRecord) "
        "RETURN d.id AS id, a.side AS side, a.role AS role, s.id AS source"
    ):
        ends.setdefault(row["id"], {})[row["side"]] = Record(row["source"], row["role"])
    rows = store.read(
        "MATCH (d:ReviewDecision) RETURN d.id AS id, d.decision AS decision, d.decided_by AS by, d.why AS why, "
        "d.on AS on, d.pending AS pending, d.withdrawn_on AS withdrawn ORDER BY on, id"
    )
    return [
        Decided(
            row["id"], Decision(ends[row["id"]]["left"], ends[row["id"]]["right"], row["decision"] == "same"),
            row["by"], row["why"], row["on"], bool(row["pending"]), row["withdrawn"],
        )
        for row in rows
    ]  # fmt: skip


def standing(decisions: Sequence[Decided]) -> list[Decided]:
    return [one for one in decisions if one.withdrawn_on is None]


def check(known: Sequence[Decided], new: Decision, of: Mapping[Record, int], where: str) -> None:
    """`of`: the description of each record in the standing decisions and the new one (`identity.decisions.described`).

    Raises `LoadError` with the chain of standing decisions that say the opposite of a new one.

    Records that say the same are one in this, and so are a record that is gone and the one in its place.
    """
    stand = standing(known)
    missing = [record for record in (new.left, new.right) if record not in of]
    if missing:
        raise LoadError(*(unknown(where, str(one)) for one in missing))

    def seen(decision: Decision) -> Decision:
        left, right = (Record(str(of[r]), "") if r in of else r for r in (decision.left, decision.right))
        return Decision(left, right, decision.same)

    said, known_as = seen(new), {seen(one.decision): one for one in stand}
    # two who say the same may be two people: a decision on such contradicts none by what they say
    by_what_they_say = {decision: one for decision, one in known_as.items() if decision.left != decision.right}
    chain = [by_what_they_say[one] for one in contradiction(by_what_they_say, said)] if said.left != said.right else []
    as_they_are = {one.decision: one for one in stand}
    chain = chain or [as_they_are[one] for one in contradiction(as_they_are, new)]
    if chain:
        raise LoadError(
            Fault(
                "DECISION_CONTRADICTS", where, "what stands says the opposite: " + "; ".join(map(str, chain)),
                "Withdraw one of these first (`ccg identity withdraw ID`), or leave this one out.",
            )
        )  # fmt: skip


def unknown(where: str, record: str) -> Fault:
    return Fault("RECORD_UNKNOWN", where, f"no record {record} is known", "Export the queue again.")


def no_such(key: str) -> LoadError:
    fix = "`ccg identity decisions` lists them."
    return LoadError(Fault("DECISION_UNKNOWN", key, "no such decision stands", fix))


def write(
    store: Store, known: Sequence[Decided], new: Decision, by: str, why: str, on: date, hasher: Hasher
) -> Decided:
    """Keep a decision; the next load applies it. One that stands already stays as it is."""
    for one in standing(known):
        ends = {one.decision.left, one.decision.right}
        if ends == {new.left, new.right} and one.decision.same == new.same:
            return one
    times = sum({one.decision.left, one.decision.right} == {new.left, new.right} for one in known)
    left, right = sorted((new.left, new.right))
    key = f"D{hasher.one(f'decision:{left}:{right}:{times}')}"
    store.execute(
        "MATCH (l:SourceRecord {id: $left}) MATCH (r:SourceRecord {id: $right}) "
        "MERGE (d:ReviewDecision {id: $id}) "
        "SET d.decision = $decision, d.decided_by = $by, d.why = $why, d.on = $on, d.pending = true "
        "MERGE (d)-[a:ABOUT {id: $id + '>left'}]->(l) SET a.side = 'left', a.role = $left_role "
        "MERGE (d)-[b:ABOUT {id: $id + '>right'}]->(r) SET b.side = 'right', b.role = $right_role",
        {
            "id": key, "left": left.source, "right": right.source, "left_role": left.role, "right_role": right.role,
            "decision": "same" if new.same else "different", "by": by, "why": why, "on": on,
        },
    )  # fmt: skip
    return Decided(key, Decision(left, right, new.same), by, why, on, True, None)


def withdraw(store: Store, key: str, by: str, why: str, on: date) -> None:
    """Take a decision back; the next load lets the model decide again. Raises `LoadError` where none such stands."""
    done = store.execute(
        "MATCH (d:ReviewDecision {id: $id}) WHERE d.withdrawn_on IS NULL "
        "SET d.withdrawn_on = $on, d.withdrawn_by = $by, d.withdrawn_because = $why, d.pending = true "
        "RETURN count(d) AS n",
        {"id": key, "on": on, "by": by, "why": why},
    )
    if not done[0]["n"]:
        raise no_such(key)
