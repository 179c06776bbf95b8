"""Roster and agreement as nodes, so that who may see what, and why, is a query."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa

from governance.agreement import Agreement
from governance.roster import Roster
from graph.schema import GRAPH
from graph.store import Store
from graph_loader.errors import Fault, LoadError
from graph_loader.load.tables import node_table, relationship_table

Rows = list[dict[str, Any]]
FORGET_UNUSED = (
    "MATCH (a:Agreement) WHERE NOT EXISTS { MATCH (a)<-[:UNDER]-(:Batch {status: 'published'}) } "
    "OPTIONAL MATCH (a)-[:GRANTS]->(g:Grant) DETACH DELETE a, g"
)
"""Agreements under which no load was published."""


def write_governance(store: Store, roster: Roster, agreement: Agreement) -> None:
    """Write the roster as it is now, and the agreement, which is in use only once a load under it is published."""
    store.execute(FORGET_UNUSED)
    _offices(store, roster, agreement)
    _programs(store, roster)
    _places(store, roster)
    _agreement(store, agreement)


def check_version(store: Store, agreement: Agreement) -> None:
    """A version stands for one text. Raises `LoadError` when another one was loaded under it."""
    key = f"{agreement.id}@{agreement.version}"
    known = store.read(
        "MATCH (a:Agreement {id: $id})<-[:UNDER]-(:Batch {status: 'published'}) "
        "RETURN DISTINCT a.content_digest AS digest",
        {"id": key},
    )
    if known and known[0]["digest"] != agreement.digest():
        raise LoadError(
            Fault(
                "AGREEMENT_CHANGED", "agreement.yaml:version", f"{key} was loaded with another text",
                "Give what has changed a version of its own.",
            )
        )  # fmt: skip


def _offices(store: Store, roster: Roster, agreement: Agreement) -> None:
    parties = {signatory.party: signatory for signatory in agreement.signatories}
    for label, offices in (("Secretariat", roster.secretariats), ("Agency", roster.agencies)):
        signed, others = [], []
        for office in offices:
            row = office.model_dump(exclude={"succeeds"})
            if office.id in parties:
                party = parties[office.id]
                signed.append(row | {"provides": bool(party.provides), "receives": party.receives})
            else:
                others.append(row)
        _nodes(store, label, others)
        if signed:
            store.write_nodes(GRAPH.node(label), _table(signed), second=GRAPH.node("Party"))
    _relate(store, "PART_OF", [(agency.id, agency.secretariat, {}) for agency in roster.agencies])
    _relate(
        store,
        "SUCCEEDS",
        [(a.id, a.succeeds, {"valid_from": a.valid_from}) for a in roster.agencies if a.succeeds],
    )


def _programs(store: Store, roster: Roster) -> None:
    _nodes(store, "Program", [program.model_dump(exclude={"run_by"}) for program in roster.programs])
    _relate(store, "RUN_BY", [(program.id, program.run_by, {}) for program in roster.programs])


def _places(store: Store, roster: Roster) -> None:
    _nodes(store, "Town", [{"id": town.name.lower(), "name": town.name} for town in roster.towns])
    counties = sorted({town.county for town in roster.towns})
    _nodes(store, "County", [{"id": name.lower(), "name": name} for name in counties])
    _relate(store, "IN_COUNTY", [(town.name.lower(), town.county.lower(), {}) for town in roster.towns])


def _agreement(store: Store, agreement: Agreement) -> None:
    key = f"{agreement.id}@{agreement.version}"
    dates = {"valid_from": agreement.effective, "valid_to": agreement.expires}
    text = {"title": agreement.title, "version": agreement.version, "content_digest": agreement.digest()}
    _nodes(store, "Agreement", [{"id": key, **text, **dates}])
    _nodes(store, "Purpose", [purpose.model_dump() for purpose in agreement.purposes])
    _nodes(
        store,
        "DataElement",
        [
            {"id": e.id, "class_": e.data_class, "sensitivity": e.sensitivity, "maps_to": list(e.maps_to)}
            for e in agreement.elements
        ],
    )
    _nodes(
        store,
        "Grant",
        [
            {
                "id": f"{key}/{g.id}", "roles": list(g.roles), "grain": g.grain, "clients": g.clients,
                "smallest_cell": g.smallest_cell, **dates,
            }
            for g in agreement.grants
        ],
    )  # fmt: skip
    grants = [(f"{key}/{grant.id}", grant) for grant in agreement.grants]
    for type_name, ends in (
        ("SIGNED", [(signatory.party, key) for signatory in agreement.signatories]),
        ("GRANTS", [(key, own) for own, _ in grants]),
        ("GRANTED_TO", [(own, grant.party) for own, grant in grants]),
        ("FOR_PURPOSE", [(own, grant.purpose) for own, grant in grants]),
        ("COVERS", [(own, element) for own, grant in grants for element in grant.elements]),
    ):
        _write(store, type_name, [{"source": a, "target": b, "id": f"{key}/{a}>{b}"} for a, b in ends])


def _nodes(store: Store, label: str, rows: Rows) -> None:
    if rows:
        store.write_nodes(GRAPH.node(label), node_table(GRAPH.node(label), [pd.DataFrame(rows)]))


def _relate(store: Store, type_name: str, ends: list[tuple[str, str | None, dict[str, Any]]]) -> None:
    """Write relationships of the roster; those that it no longer says go."""
    rows = [{"source": a, "target": b, "id": f"{a}>{b}", **properties} for a, b, properties in ends]
    _write(store, type_name, rows)
    store.prune_relationships(GRAPH.relationship(type_name), [row["id"] for row in rows])


def _write(store: Store, type_name: str, rows: Rows) -> None:
    rel = GRAPH.relationship(type_name)
    if rows:
        store.write_relationships(rel, relationship_table(rel, [pd.DataFrame(rows)]))


def _table(rows: Rows) -> pa.Table:
    columns = {name: [row.get(name) for row in rows] for name in rows[0]}
    dated = {name: pa.date32() for name in ("valid_from", "valid_to")}
    return pa.table({name: pa.array(values, type=dated.get(name)) for name, values in columns.items()})
