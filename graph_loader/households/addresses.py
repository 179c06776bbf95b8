"""Which spellings of an address are one: a misread house number, another ZIP code, a street written otherwise.

Two spellings are one address where they are written alike and somebody, or some surname, is at both: on one street
there are many houses of which one digit differs, but hardly two of one family. From 3 to 5 Elm Street somebody may well
have moved: of numbers of one or two digits none is taken for another.
"""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa

from graph_loader.identity.standard import house_and_road

_ALIKE = """
WITH a AS (SELECT * FROM given_addresses), w AS (SELECT DISTINCT * FROM given_occupants),
near AS (
    SELECT a.key AS one, b.key AS other
    FROM a JOIN a b ON a.house = b.house AND substr(a.road, 1, 2) = substr(b.road, 1, 2)
    WHERE a.rank < b.rank AND jaro_winkler_similarity(a.road, b.road) >= 0.88
    UNION
    SELECT a.key, b.key FROM a JOIN a b ON a.road = b.road
    WHERE a.rank < b.rank AND (
        a.house IS NULL OR b.house IS NULL OR (
            damerau_levenshtein(a.house, b.house) <= 1 AND length(a.house) > 2 AND length(b.house) > 2
        )
    )
)
SELECT DISTINCT near.one, near.other
FROM near JOIN a ON a.key = near.one JOIN a b ON b.key = near.other
JOIN w x ON x.key = near.one JOIN w y ON y.key = near.other AND x.who = y.who
WHERE (a.unit = b.unit OR a.unit = '' OR b.unit = '' OR damerau_levenshtein(a.unit, b.unit) <= 1)
  AND (a.zip = b.zip OR a.zip = '' OR b.zip = '' OR damerau_levenshtein(a.zip, b.zip) <= 1)
"""


def one_address(votes: pd.DataFrame) -> pd.Series:
    """Each vote's address key by the spelling that most votes of the address have (ties: the lowest).

    `votes`: `key, street, unit, zip, person_id, last, records`.
    """
    counted = votes.groupby("key").agg(
        n=("records", "sum"), street=("street", "first"), unit=("unit", "first"), zip=("zip", "first")
    )  # fmt: skip
    counted = counted.reset_index().sort_values(["n", "key"], ascending=[False, True], ignore_index=True)
    parts = pd.DataFrame(
        [house_and_road(street) for street in counted["street"]], columns=["house", "road"], dtype="str"
    )
    addresses = pd.concat([counted[["key", "unit", "zip"]], parts], axis=1).assign(rank=range(len(counted)))
    named = votes[votes["last"] != ""]
    occupants = pd.concat(
        [
            pd.DataFrame({"key": votes["key"], "who": "person " + votes["person_id"]}),
            pd.DataFrame({"key": named["key"], "who": "name " + named["last"]}),
        ]
    )
    with duckdb.connect() as connection:
        connection.register("given_addresses", pa.Table.from_pandas(addresses, preserve_index=False))
        connection.register("given_occupants", pa.Table.from_pandas(occupants, preserve_index=False))
        pairs = connection.execute(_ALIKE).fetchall()
    rank = dict(zip(addresses["key"], addresses["rank"], strict=True))
    stands_for: dict[str, str] = {}
    for one, other in sorted(pairs, key=lambda pair: (rank[pair[0]], rank[pair[1]])):
        if one not in stands_for and other not in stands_for:  # a spelling that stands for another leads nowhere itself
            stands_for[other] = one
    return votes["key"].map(lambda key: stands_for.get(key, key))
