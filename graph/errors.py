"""What can go wrong between us and the graph, each with what, where, why and how to fix it."""

from dataclasses import dataclass


@dataclass(eq=False)
class GraphError(Exception):
    """An error with a stable code: what happened, where, why, and the step that mends it."""

    code: str
    what: str
    where: str
    fix: str

    def __str__(self) -> str:
        return f"{self.code}: {self.what} ({self.where}). {self.fix}"


def unreachable(uri: str, why: str) -> GraphError:
    return GraphError(
        code="GRAPH_UNREACHABLE",
        what=f"the graph does not answer: {why}",
        where=uri,
        fix="Is it running? `ccg graph status` tells; `ccg doctor` looks further.",
    )


def refused(uri: str, why: str) -> GraphError:
    return GraphError(
        code="GRAPH_REFUSED",
        what=f"the graph refused: {why}",
        where=uri,
        fix="Check CCG_NEO4J_USER and CCG_NEO4J_PASSWORD or CCG_NEO4J_PASSWORD_FILE.",
    )


def bad_table(type_name: str, why: str) -> GraphError:
    return GraphError(
        code="GRAPH_BAD_TABLE",
        what=why,
        where=f"a table of {type_name}",
        fix="Give the columns that graph.schema declares for this type, in the declared Arrow types.",
    )


def embedded_failed(directory: str, why: str) -> GraphError:
    return GraphError(
        code="GRAPH_EMBEDDED_FAILED",
        what=f"the embedded server failed: {why}",
        where=directory,
        fix="Read server.log in that directory; `ccg doctor` checks the platform, memory and rights.",
    )
