"""Refusals of the counter, of one shape: code, reason, fix. What is refused is not found out."""

from governance.decision import Denied

NO_SUCH_HOUSEHOLD = Denied(
    "NOT_FOUND", "no such household among the clients of your grant", "Check the id; the grant names whose clients."
)
NO_SUCH_PERSON = Denied(
    "NOT_FOUND", "no such person among the clients of your grant", "Check the id; the grant names whose clients."
)
BAD_KEY = Denied("KEY_REFUSED", "the key is unknown, revoked or out of date", "Ask for one: `ccg key issue`.")


def withheld(elements: frozenset[str]) -> Denied:
    """The grant does not cover what an answer is made of."""
    return Denied(
        "WITHHELD",
        f"your grant does not open {', '.join(sorted(elements))} at this grain",
        "`ccg query who_may_see_what` lists the grants.",
    )


def bad_request(reason: str, fix: str = "See docs/graphql.md for what each field takes.") -> Denied:
    return Denied("BAD_REQUEST", reason, fix)


__all__ = ["BAD_KEY", "NO_SUCH_HOUSEHOLD", "NO_SUCH_PERSON", "Denied", "bad_request", "withheld"]
