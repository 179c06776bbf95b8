"""What an engine cannot do, with its reason: the one table of differences."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limit:
    """Something that an engine lacks and how this system does without."""

    engine: str
    what: str
    reason: str
    instead: str


LIMITS = (
    Limit(
        "embedded",
        "refuse a write in a session of READ mode",
        "ArcadeDB's Bolt server takes the access mode as a hint",
        "readers connect as a user whose group may only read records",
    ),
    Limit(
        "embedded",
        "end a query after the driver's transaction timeout",
        "the setting is not read from Bolt",
        "arcadedb.command.timeout is set when the server starts",
    ),
    Limit(
        "embedded",
        "add a label to a node whose type has a unique key",
        "a node's labels are its record type there",
        "second labels are written with the first one, in one MERGE",
    ),
    Limit(
        "embedded",
        "compare a date parameter with stored dates in max() and min()",
        "the parameter keeps its wire type and is passed over in silence",
        "queries wrap it: date($to)",
    ),
    Limit(
        "embedded",
        "keep a variable that CALL (x) {} brings in beyond a WITH inside",
        "the WITH ends its scope there, and a later MATCH binds it anew in silence",
        "a subquery does not ask for it again after a WITH",
    ),
    Limit(
        "neo4j",
        "keep a reading user from writing (Community edition)",
        "every user of a Community server is an administrator",
        "the store opens reading sessions in READ mode, which the server enforces, and holds the credentials",
    ),
)
