"""Cypher that follows from the schema: constraints, indexes, writes and prunes.

Every identifier comes from the schema; every value is a parameter. What is written comes as one list for each column
(`$id`, `$source`, …): the names of properties then cross to the engine once, and it need not look them up in each row.
"""

from collections.abc import Sequence

from graph.schema import Graph, NodeType, Property, RelationshipType

EACH = "UNWIND range(0, size($id) - 1) AS i"


def ensure(graph: Graph) -> list[str]:
    """Statements that make a database ready; each may be run again without effect."""
    statements = []
    for node in graph.nodes:
        if node.second_label_of:
            continue
        name = node.label.lower()
        statements.append(f"CREATE CONSTRAINT ccg_{name}_id IF NOT EXISTS FOR (n:{node.label}) REQUIRE n.id IS UNIQUE")
        statements += [
            f"CREATE INDEX ccg_{name}_{prop.name} IF NOT EXISTS FOR (n:{node.label}) ON (n.{prop.name})"
            for prop in node.columns
            if prop.indexed
        ]
    return statements


def merge_nodes(node: NodeType, names: Sequence[str], second: NodeType | None = None) -> str:
    """Write columns of these names, `id` among them; what is there already is overwritten."""
    if second is not None and node.label not in second.second_label_of:
        raise ValueError(f"{second.label} is no second label of {node.label}")
    labels = node.label if second is None else f"{node.label}:{second.label}"
    return f"{EACH} MERGE (n:{labels} {{id: $id[i]}}) SET {_assigned('n', names)}"


def merge_relationships(rel: RelationshipType, source: str, target: str, names: Sequence[str]) -> str:
    """Write columns of these names, `id` among them, between nodes `$source` and `$target`, as far as they are there.

    Like the other statements that write relationships, it returns how many found both their ends.
    """
    found = _ends(rel, source, target)
    return (
        f"{found} MERGE (a)-[r:{rel.type} {{id: $id[i]}}]->(b) SET {_assigned('r', names)} RETURN count(r) AS written"
    )


def create_one(node: NodeType, second: NodeType | None) -> str:
    """Create the one node of `$row`, with a second label where it has one."""
    labels = node.label if second is None else f"{node.label}:{second.label}"
    return f"CREATE (n:{labels}) SET n += $row"


def create_nodes(node: NodeType, names: Sequence[str]) -> str:
    """Create nodes from columns of these names; none of them is there."""
    return f"{EACH} CREATE (n:{node.label} {{{_given(names)}}})"


def recorded_nodes(node: NodeType) -> str:
    """Of `$ids`, those that are there, and when their recorded time ended."""
    return f"UNWIND $ids AS id MATCH (n:{node.label} {{id: id}}) RETURN n.id AS id, n.recorded_to AS ended"


def reopen_nodes(node: NodeType) -> str:
    """Let nodes of `$ids` stand again."""
    return f"UNWIND $ids AS id MATCH (n:{node.label} {{id: id}}) SET n.recorded_to = null"


def create_relationships(rel: RelationshipType, source: str, target: str, names: Sequence[str]) -> str:
    """Create relationships from columns of these names; none of them is there."""
    found = _ends(rel, source, target)
    return f"{found} CREATE (a)-[r:{rel.type} {{{_given(names)}}}]->(b) RETURN count(r) AS written"


def add_relationships(rel: RelationshipType, source: str, target: str, names: Sequence[str]) -> str:
    """Add relationships that are facts; one that is there already gains the source records that say so too."""
    found = _ends(rel, source, target)
    further = (
        "r.source_ids = coalesce(r.source_ids, []) + [x IN $source_ids[i] WHERE NOT x IN coalesce(r.source_ids, [])], "
        if "source_ids" in names
        else ""
    )
    return (
        f"{found} MERGE (a)-[r:{rel.type} {{id: $id[i]}}]->(b) ON CREATE SET {_assigned('r', names)} "
        f"ON MATCH SET {further}r.recorded_to = null RETURN count(r) AS written"
    )


def ended_relationships(rel: RelationshipType, source: str, target: str) -> str:
    """Of `$rows` (`source`, `target`, `id`), the ids whose recorded time ended before `$recorded`."""
    _check_ends(rel, source, target)
    return (
        f"UNWIND $rows AS row MATCH (a:{source} {{id: row.source}})-[r:{rel.type} {{id: row.id}}]->"
        f"(b:{target} {{id: row.target}}) WHERE r.recorded_to < $recorded RETURN r.id AS id"
    )


def nodes_for_digest(node: NodeType) -> str:
    """Every property of every node of a label that counts for the digest."""
    return f"MATCH (n:{node.label}) RETURN {_map('n', node.columns)} AS properties"


def relationships_for_digest(rel: RelationshipType, source: str, target: str) -> str:
    """Ends and properties of every relationship of a type between two labels."""
    return (
        f"MATCH (a:{source})-[r:{rel.type}]->(b:{target}) "
        f"RETURN a.id AS source, b.id AS target, {_map('r', rel.columns)} AS properties"
    )


def nodes_for_dump(node: NodeType, second: NodeType | None, others: list[NodeType]) -> str:
    """Every property of the nodes of a label that have a second one, or of those that have none of the others."""
    columns = node.columns + (second.columns[1:] if second else ())
    labels = f"{node.label}:{second.label}" if second else node.label
    without = " AND ".join(f"NOT n:{other.label}" for other in others)
    return f"MATCH (n:{labels}) {f'WHERE {without} ' if without and not second else ''}RETURN {_columns('n', columns)}"


def relationships_for_dump(rel: RelationshipType, source: str, target: str) -> str:
    """Ends and every property of the relationships of a type between two labels."""
    _check_ends(rel, source, target)
    return (
        f"MATCH (a:{source})-[r:{rel.type}]->(b:{target}) "
        f"RETURN a.id AS source, b.id AS target, {_columns('r', rel.columns)}"
    )


def close_nodes(node: NodeType) -> str:
    """End the recorded time of nodes of `$sources` (gone SourceRecords) that no standing record supports.

    Gives how many were closed. Those closed at `$recorded` before are closed again without effect.
    """
    return (
        f"UNWIND $sources AS gone MATCH (s:SourceRecord {{id: gone}})<-[:DERIVED_FROM]-(n:{node.label}) "
        "WHERE n.recorded_to IS NULL AND NOT EXISTS "
        "{ MATCH (n)-[:DERIVED_FROM]->(other:SourceRecord) WHERE other.recorded_to IS NULL } "
        "SET n.recorded_to = $recorded RETURN count(DISTINCT n) AS closed"
    )


def close_relationships(rel: RelationshipType, source: str, target: str, derived_end: str) -> str:
    """End relationships that are facts of `$sources` and of no record that still stands.

    `derived_end` is the label (one of the ends) whose nodes are DERIVED_FROM records.
    """
    _check_ends(rel, source, target)
    found = "a" if derived_end == source else "b"
    return (
        "UNWIND $sources AS gone MATCH (s:SourceRecord {id: gone}) "
        f"MATCH (s)<-[:DERIVED_FROM]-({found}:{derived_end}) MATCH (a:{source})-[r:{rel.type}]->(b:{target}) "
        "WHERE r.recorded_to IS NULL AND gone IN r.source_ids AND NOT EXISTS "
        "{ MATCH (o:SourceRecord) WHERE o.id IN r.source_ids AND o.recorded_to IS NULL } "
        "SET r.recorded_to = $recorded RETURN count(DISTINCT r) AS closed"
    )


def prune_relationships(rel: RelationshipType, source: str, target: str) -> str:
    """Delete relationships whose id is not in `$keep`."""
    _check_ends(rel, source, target)
    return f"MATCH (a:{source})-[r:{rel.type}]->(b:{target}) WHERE NOT r.id IN $keep DELETE r"


def _ends(rel: RelationshipType, source: str, target: str) -> str:
    _check_ends(rel, source, target)
    return f"{EACH} MATCH (a:{source} {{id: $source[i]}}) MATCH (b:{target} {{id: $target[i]}})"


def _given(names: Sequence[str]) -> str:
    return ", ".join(f"{name}: ${name}[i]" for name in names)


def _assigned(variable: str, names: Sequence[str]) -> str:
    return ", ".join(f"{variable}.{name} = ${name}[i]" for name in names)


def _check_ends(rel: RelationshipType, source: str, target: str) -> None:
    if source not in rel.sources or target not in rel.targets:
        raise ValueError(f"{rel.type} does not lead from {source} to {target}")


def _columns(variable: str, properties: tuple[Property, ...]) -> str:
    return ", ".join(f"{variable}.{prop.name} AS {prop.name}" for prop in properties)


def _map(variable: str, properties: tuple[Property, ...]) -> str:
    pairs = ", ".join(f"{prop.name}: {variable}.{prop.name}" for prop in properties if prop.in_digest)
    return f"{{{pairs}}}"
