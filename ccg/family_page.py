"""A path as a page that a family can take along: plain words, one page, no scripts, on a phone or on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import yaml

from benefits.events import Event
from benefits.path import Path, Step
from ccg import draw
from queries.outlook import NEWBORN, Birth, Move, Offer, Outlook, Separation
from queries.pictures import of_path
from queries.said import BIRTH

LANGUAGES = ("en", "es")
PICTURE = 420
"""So wide is the picture, whose letters are to be read on a phone."""
KINDS = {Birth: "birth", Move: "move", Separation: "leaves"}
NEXT_TO_NOTHING_CENTS = 50_00
"""Less than this over all months is about the same."""
STYLE = """
:root { color-scheme: light; font: 17px/1.5 system-ui, sans-serif; --with: #2a6f97; --less: #a33c25 }
body { margin: 0 auto; max-width: 44rem; padding: 1rem; color: #1b1f24 }
h1 { font-size: 1.6rem; line-height: 1.25 } h2 { font-size: 1.2rem; margin-top: 2rem }
.lead { font-size: 1.1rem } .lead li { margin: .3rem 0 }
svg { height: auto; width: 100% }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #d5dae1; padding: .4rem .5rem; text-align: left; vertical-align: top }
td.n { font-variant-numeric: tabular-nums; white-space: nowrap } td.less { color: var(--less); font-weight: 600 }
td ul { margin: 0; padding-left: 1.1rem } .do { color: var(--with) }
footer { color: #57606a; font-size: .85rem; margin-top: 2rem }
@media (max-width: 36rem) {
  thead { display: none } tr { border-bottom: 2px solid #aab4c0; display: block; padding: .5rem 0 }
  td { border: 0; display: block; padding: .1rem 0 } td[data-of]::before { content: attr(data-of) ": "; color: #57606a }
  td.empty { display: none }
}
@media print { body { font-size: 12px } tr { break-inside: avoid } }
"""


@cache
def words(language: str) -> dict[str, Any]:
    """What a page says in a language of `LANGUAGES`."""
    found: dict[str, Any] = yaml.safe_load((files("ccg") / "words" / f"{language}.yaml").read_text("utf-8"))
    return found


def page(outlook: Outlook, offer: Offer, language: str, on: date) -> str:
    """The whole page, as HTML."""
    say = words(language)
    body = "\n".join(_body(outlook, offer, say))
    made = escape(say["made"].format(day=on, version=outlook.rules_version))
    return (
        f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(say['title'])}</title><style>{STYLE}</style>\n"
        f"<h1>{escape(say['title'])}</h1>\n<p>{escape(say['intro'])}</p>\n{body}\n<footer>{made}</footer>\n</html>\n"
    )


def _body(outlook: Outlook, offer: Offer, say: dict[str, Any]) -> Iterator[str]:
    path = outlook.path
    if path is None:
        yield f"<p class=lead>{escape(say['unknown'])}</p>"
        return
    yield "<ul class=lead>" + "".join(f"<li>{escape(line)}</li>" for line in summary(outlook, offer, say)) + "</ul>"
    yield f"<h2>{escape(say['picture'])}</h2>"
    yield draw.svg(of_path(outlook, say["labels"], say["programs"] | say["parts"], say["months"], PICTURE))
    yield f"<h2>{escape(say['table'])}</h2>"
    head = "".join(f"<th>{escape(say[name])}</th>" for name in ("month", "with", "without", "what"))
    rows = "".join(_row(step, say) for step in path.steps)
    yield f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    yield f"<h2>{escape(say['health'])}</h2>"
    yield "".join(_health(outlook, path, say))
    unsure = [say["unsure_intro"]] * bool(outlook.reasons) + [say["unsure_law"]] * bool(outlook.readings)
    if unsure:
        yield f"<h2>{escape(say['unsure'])}</h2><p>{escape(' '.join(unsure))}</p>"
    yield f"<h2>{escape(say['care'])}</h2><ul>" + "".join(f"<li>{escape(one)}</li>" for one in say["caveats"]) + "</ul>"


def summary(outlook: Outlook, offer: Offer, say: dict[str, Any]) -> list[str]:
    """What matters most, in sentences."""
    path = outlook.path
    if path is None:
        return [say["unknown"]]
    told = []
    if offer.monthly_cents is not None:
        before, after = usd(outlook.recorded_cents or 0), usd(offer.monthly_cents)
        told.append(say["pay"].format(before=before, after=after, month=_month(offer.begins, say)))
    told += [
        say["then"].format(month=_month(month, say), after=usd(cents))
        for month, _, cents in sorted(offer.then, key=lambda one: one[0])
    ]
    for one in offer.happens:
        what = say["events"][KINDS[type(one)]]["say"]
        told.append(say["happens"].format(month=_month(one.month, say).capitalize(), what=what))
    if not told:
        return [say["nothing"]]
    if path.bridge_cents[1] and path.trough_month:
        count = sum(step.short_cents[1] > 0 for step in path.steps)
        told.append(say["short_some"].format(count=count, months=len(path.steps)))
        worst = say["short_worst"]
        told.append(worst.format(month=_month(path.trough_month, say), amount=_between(path.trough_cents, say)))
        told.append(say["short_bridge"].format(amount=usd(path.bridge_cents[1])))
    else:
        told.append(say["short_none"])
    least, most = path.gain_cents
    if max(abs(least), abs(most)) < NEXT_TO_NOTHING_CENTS:
        told.append(say["same"])
    elif least < 0 < most:
        told.append(say["either"].format(less=usd(-least), more=usd(most)))
    else:
        ends = (least, most) if most > 0 else (-most, -least)
        told.append(say["more" if most > 0 else "less"].format(amount=_between(ends, say)))
    return told


def told(event: Event, say: dict[str, Any]) -> tuple[str, str | None]:
    """What happens, and what to do, in plain words."""
    entry = say["events"][event.kind]
    program = say["programs"].get(event.program, event.program)
    said: str = entry["say"].format(program=program)
    return said[:1].upper() + said[1:], entry.get("do")


def _row(step: Step, say: dict[str, Any]) -> str:
    less = " less" if step.short_cents[1] else ""
    lines = dict.fromkeys(told(event, say) for event in step.events)
    items = "".join(
        f"<li>{escape(said)}" + (f' <span class="do">{escape(do)}</span>' if do else "") + "</li>" for said, do in lines
    )
    what = f"<td><ul>{items}</ul></td>" if items else '<td class="empty"></td>'
    return (
        f"<tr><td><b>{escape(_month(step.month, say))}</b></td>"
        f'<td class="n{less}" data-of="{escape(say["with"])}">{_between(step.net_cents, say)}</td>'
        f'<td class="n" data-of="{escape(say["without"])}">{_between(step.baseline_net_cents, say)}</td>{what}</tr>\n'
    )


def _health(outlook: Outlook, path: Path, say: dict[str, Any]) -> Iterator[str]:
    """Each person's coverage, and from when it is another; people as they stand in the household, without names."""
    along: dict[str, list[tuple[date, str]]] = {}
    for step in path.steps:
        for person, kind in outlook.covered(step):
            spans = along.setdefault(person, [])
            if not spans or spans[-1][1] != kind:
                spans.append((step.month, kind))
    people = outlook.situation.people if outlook.situation and not outlook.closed(BIRTH) else ()
    born = {member.person: member.birth_year for member in people}
    yield "<ul>"
    for number, (person, spans) in enumerate(along.items(), start=1):
        year = born.get(person)
        who = say["person"].format(number=number, year=year) if year else say["person_unknown"].format(number=number)
        who = say["newborn"] if person.startswith(NEWBORN) else who
        said = [
            say["health_change"].format(month=_month(month, say), coverage=say["coverage"][kind])
            for month, kind in spans
        ]
        yield f"<li><b>{escape(who)}</b><br>{'<br>'.join(map(escape, said))}</li>"
    yield "</ul>"


def _month(day: date, say: dict[str, Any]) -> str:
    return f"{say['months'][day.month - 1]} {day.year}"


def _between(cents: tuple[int, int], say: dict[str, Any]) -> str:
    low, high = usd(cents[0]), usd(cents[1])
    return low if low == high else str(say["between"].format(low=low, high=high))


def usd(cents: int) -> str:
    """Whole dollars, as they are written."""
    return f"{'−' if cents < 0 else ''}${abs(cents) / 100:,.0f}"
