"""The projection: of a file's columns, those that mapping and agreement both name."""

from __future__ import annotations

from dataclasses import dataclass

from governance.agreement import Agreement
from graph_loader.errors import Fault, LoadError
from graph_loader.mapping.document import Mapping


@dataclass(frozen=True)
class Admission:
    """Columns that may leave the parser; columns of the file that the mapping or the agreement leaves out."""

    columns: tuple[str, ...]
    unmapped: tuple[str, ...]
    not_agreed: tuple[str, ...]

    @property
    def dropped(self) -> int:
        return len(self.unmapped) + len(self.not_agreed)


def admit(mapping: Mapping, agreement: Agreement, present: list[str], file: str) -> Admission:
    """Hold a file's columns against mapping and agreement.

    Raises `LoadError` when the agreement withholds a column without which no row can be loaded.
    """
    provided = agreement.provided_by(mapping.agency)
    not_agreed = [
        name for name, column in mapping.columns.items() if name in present and column.element not in provided
    ]
    faults = [
        Fault(
            "COLUMN_NOT_AGREED",
            f"{file}:{name}",
            f"the agreement lets {mapping.agency} send no {mapping.columns[name].element}, and rows need it",
            "Have the agreement name it for this agency, or make the column optional in the mapping.",
        )
        for name in not_agreed
        if mapping.columns[name].required
    ]
    if faults:
        raise LoadError(*faults)
    return Admission(
        columns=tuple(name for name in mapping.columns if name in present and name not in not_agreed),
        unmapped=tuple(name for name in present if name not in mapping.columns),
        not_agreed=tuple(not_agreed),
    )
