"""Households that a load changes anything for are those that building everyone's gives, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph_loader.households import build as build_of
from graph_loader.households import changed, follow, stays
from graph_loader.households.addresses import one_address, spelled_out
from graph_loader.households.build import Households, build
from graph_loader.households.changed import households
from graph_loader.households.said import said
from graph_loader.identity.linkage import Linkage, workshop
from graph_loader.identity.tokens import Hasher

HASHER = Hasher(b"k" * 32)
STREETS = ["elm st", "elmm st", "137 elm st", "139 elm st", "137 elmm st", "137 elmn st", "oak ave", "1 far rd"]
UNITS = ["", "", "1", "2"]
NAMES = ["diaz", "wei", ""]
FIRST, LAST = date(2024, 1, 1), date(2025, 6, 1)

Record = dict[str, object]
Step = tuple[Sequence[Record], Sequence[int], Sequence[tuple[int, str]]]
"""Records that come; places, among all that came so far, of records that go; and of those that are another's now."""

people = st.sampled_from([f"p{place}" for place in range(10)])
records = st.fixed_dictionaries(
    {
        "person": people, "row": st.integers(0, 6), "street": st.sampled_from([*STREETS, None]),
        "unit": st.sampled_from(UNITS), "zip": st.sampled_from(["01103", "01103", "01130", ""]),
        "family": st.sampled_from(NAMES), "filed_under": st.sampled_from([None, None, "u1", "u2"]),
        "evidence": st.sampled_from(["address", "roster", "relation"]),
        "since": st.dates(FIRST, LAST).map(lambda day: day.replace(day=1)),
        "birth": st.sampled_from([None, "2015-03-04", "1980-03-04"]), "feed": st.sampled_from(["once", "often"]),
    }
)  # fmt: skip
steps = st.lists(
    st.tuples(
        st.lists(records, max_size=4), st.lists(st.integers(0, 20), max_size=2),
        st.lists(st.tuples(st.integers(0, 20), people), max_size=2),
    ),
    min_size=1, max_size=5,
)  # fmt: skip


@contextmanager
def town(folder: Path) -> Iterator[Linkage]:
    with workshop(folder) as (connection, _):
        yield Linkage(connection, None)


def take(linkage: Linkage, step: Step) -> None:
    """What a load does before households are built: records come, go, and are another person's."""
    come, go, move = step
    for record in come:
        number = linkage.count("kept.records")
        linkage.connection.execute(
            "INSERT INTO kept.descriptions BY NAME SELECT $n AS id, $family AS family, $birth AS birth, "
            "$street AS street, nullif($unit, '') AS unit, nullif($zip, '') AS zip",
            {"n": number, **{name: record[name] or None for name in ("family", "birth", "street")},
             "unit": record["unit"], "zip": record["zip"]},
        )  # fmt: skip
        linkage.connection.execute(
            "INSERT INTO kept.records BY NAME SELECT $n AS number, $row AS source_id, $role AS role, $feed AS feed, "
            "$n AS description, 'springfield' AS city, $since AS address_since, $evidence AS evidence, "
            "$unit AS filed_under, DATE '2026-01-01' AS recorded_from",
            {"n": number, "row": f"row {record['row']}", "role": f"role {number}", "feed": record["feed"],
             "since": record["since"], "evidence": record["evidence"], "unit": record["filed_under"]},
        )  # fmt: skip
        linkage.connection.execute("INSERT INTO kept.links BY NAME SELECT $n AS number, $person AS person_id",
                                   {"n": number, "person": record["person"]})  # fmt: skip
        linkage.connection.execute("INSERT INTO kept.unsettled VALUES ($n, NULL)", {"n": number})
    known = max(linkage.count("kept.records"), 1)
    for place in go:
        row = linkage.rows("SELECT source_id FROM kept.records WHERE number = $n", n=place % known)
        linkage.end([source for (source,) in row], date(2026, 2, 1))
    for place, person in move:
        linkage.connection.execute(
            "INSERT INTO kept.unsettled SELECT number, person_id FROM kept.links WHERE number = $n AND person_id <> $p",
            {"n": place % known, "p": person},
        )
        linkage.connection.execute(
            "UPDATE kept.links SET person_id = $p WHERE number = $n", {"n": place % known, "p": person}
        )


def told(homes: Households) -> dict[str, list[tuple[object, ...]]]:
    """All that households say, in an order of its own."""
    frames = {"members": homes.members, "places": homes.places, "visits": homes.visits, "addresses": homes.addresses}
    return {
        name: sorted(
            frame[sorted(frame.columns)].astype(object).where(frame.notna(), None).itertuples(index=False, name=None),
            key=repr,
        )
        for name, frame in frames.items()
    }


def of_all(linkage: Linkage) -> Households:
    """Everyone's households, from what is said now alone."""
    found = said(linkage)
    spelled = one_address(found.votes, found.ties, spelled_out(found.votes), linkage.connection)
    return build(found, spelled, HASHER)


def joined(before: Households | None, now: Households) -> Households:
    """The households of everyone, after a load that built some: the others' are as they were."""
    if before is None or now.of is None:
        return now
    theirs = before.members["person_id"].isin(now.of)
    gone, stay = set(before.members["household"][theirs]), set(before.members["household"][~theirs])
    assert not gone & stay, "who lives together is of one neighbourhood"
    at = set(before.places["address"][before.places["household"].isin(gone)])
    parts = {
        "members": before.members[~theirs],
        "places": before.places[~before.places["household"].isin(gone)],
        "visits": before.visits[~before.visits["person_id"].isin(now.of)],
        "addresses": before.addresses[~before.addresses["id"].isin(at | set(now.addresses["id"]))],
    }
    return Households(**{name: pd.concat([frame, getattr(now, name)]) for name, frame in parts.items()}, born=now.born)


@settings(
    max_examples=15, phases=[Phase.explicit, Phase.generate], deadline=None, suppress_health_check=list(HealthCheck)
)
@given(steps)
def test_what_a_load_changes_gives_the_households_that_building_all_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, history: list[Step]
) -> None:
    monkeypatch.setattr(changed, "ALL_FROM", 2.0)
    for module in (stays, build_of):  # so that ten people make a crowd, and families in it
        monkeypatch.setattr(module, "GROUP_QUARTERS", 3)
    monkeypatch.setattr(build_of, "SMALL", range(2, 4))
    with town(tmp_path) as linkage:
        linkage.run("INSERT INTO kept.once VALUES ('once', '')")
        known: Households | None = None
        for step in history:
            take(linkage, step)
            known = joined(known, households(linkage, HASHER))
            with monkeypatch.context() as patch:
                patch.setattr(follow, "_for_good", lambda stays: pd.Series(False, stays.index))
                every = of_all(linkage)
            mine, whole = told(known), told(every)
            for name in ("members", "places", "visits"):
                assert mine[name] == whole[name]
            lived = set(every.places["address"])
            assert [one for one in mine["addresses"] if one[2] in lived] == [
                one for one in whole["addresses"] if one[2] in lived
            ]
