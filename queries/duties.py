"""What follows when something that is due is not done."""

from __future__ import annotations

FOLLOWS = {
    ("SNAP", "recertification"): ("benefits stop when the certification ends", "7 CFR 273.14(a)"),
    ("SNAP", "report"): ("the case is closed after a notice", "7 CFR 273.12(a)(5)"),
    ("MASSHEALTH", "recertification"): ("coverage ends after a notice", "42 CFR 435.916(a)"),
}
"""(program, duty) → what follows, and the rule. Of other programs it is not known here."""


def follows(program: str, duty: str | None) -> tuple[str, str] | None:
    """What follows when a duty is missed, and the rule; None: not known here."""
    return FOLLOWS.get((program, duty or "recertification"))
