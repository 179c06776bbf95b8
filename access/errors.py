"""Refusals of the counter, of one shape: code, reason, fix. What is refused is not found out."""

from governance.decision import Denied


def bad_key() -> Denied:
    return Denied("KEY_REFUSED", "the key is unknown, revoked or out of date", "Ask for one: `ccg key issue`.")


def not_found(what: str) -> Denied:
    """Not there, or not among the clients: which of the two is not told."""
    return Denied(
        "NOT_FOUND", f"no such {what} among the clients of your grant", "Check the id; the grant names whose clients."
    )


def withheld(elements: frozenset[str]) -> Denied:
    """The grant does not cover what an answer is made of."""
    return Denied(
        "WITHHELD",
        f"your grant does not open {', '.join(sorted(elements))} at this grain",
        "`ccg query who_may_see_what` lists the grants.",
    )


def too_slow() -> Denied:
    return Denied("TIMEOUT", "no answer within the time that one may take", "Ask for less at once.")


def bad_request(reason: str, fix: str = "See docs/graphql.md for what each field takes.") -> Denied:
    return Denied("BAD_REQUEST", reason, fix)


__all__ = ["Denied", "bad_key", "bad_request", "not_found", "too_slow", "withheld"]
