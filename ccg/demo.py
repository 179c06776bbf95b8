"""`ccg demo`: files from nine agencies become a graph; a client asks about one household over HTTP."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import chain, islice
from pathlib import Path
from textwrap import indent
from typing import Any

import click
import httpx
import numpy as np

from ccg import feeds, options, sample
from ccg.opening import now
from graph import embedded
from graph_loader.load.run import Wishes
from ledger import keys
from ledger.database import Ledger

PARTY, ROLE, PURPOSE = "DTA", "caseworker", "service_coordination"
MONTH = date(2026, 10, 1)
RECEIVED = date(2026, 11, 2)
ROOT = Path(__file__).resolve().parents[1]
CITED = ("snap/max", "tafdc/full", "masshealth/magi_limit_parent")
"""Parameters whose sources the demo prints; the answer has them all."""
DOLLAR = 100
CHART_CENTS, CHART_STEP_CENTS = 6_000_00, 400_00
"""How far the ladder is drawn, and at which earnings."""

LOOK = """query ($after: ID) { households(first: 100, after: $after) { rows { id people agencies } next } }"""
GLANCE = """query ($id: ID!) { household(id: $id) {
  members { birthYear role since until } enrollments { program since until } facts { kind since until } } }"""
ASK = """query ($id: ID!, $month: Date!, $begins: Date!, $offer: Cents!) { household(id: $id) {
  id asOf
  members { personId firstName birthYear role evidence since until }
  places { town county since until }
  enrollments { id program category people since until endReason amounts { id kind since until amount { cents } } }
  combinations { combination people since until }
  reportingDuties(since: $month) { program agency duty due }
  withheld { part reason }
  cliffLadder(month: $month) {
    earner recordedEarnings status reason rulesVersion earnings netLow netHigh assumptions
    cliffs { peakEarnings troughEarnings recoveryEarnings loss { cents low high }
      causes { program loss { low } fallsAt } }
    plateaus { fromEarnings toEarnings } citations { parameter source effective confirmed } }
  cliffPath(month: $month, begins: $begins, monthlyEarnings: $offer) {
    status reason troughMonth trough { cents } bridge { cents } lags { program earliest latest } assumptions
    months { month net { cents low high } withoutChange { cents low high }
      parts { program amount { cents low high } } events { kind program because citation } } } } }"""
TRACE = """query ($fact: ID!) { provenance(fact: $fact) { agency file row received agreement } }"""
MEMBERS = "query ($id: ID!) { household(id: $id) { members { personId } } }"
RECORDS = """query ($id: ID!) { person(id: $id) { records { agency file row linkedBecause matchWeight model } } }"""
INEXACT = ("nickname", "spelled alike", "one digit apart", "swapped", "part of the SSN", "written alike")
EXACT = (
    {"same SSN token"}, {"says the same"}, {"same first name", "same last name", "same birth date"},
    {"same first name", "same last name", "same address"},
)  # fmt: skip
"""What is said of links that comparing for equality would have missed, and what, together, of those that it would have
found."""
LOOKED_AT = 300


@click.command("demo")
@options.data
@click.option("--people", default=1_000, show_default=True, help="About how many people.")
@click.option("--serve", is_flag=True, help="Keep the API running and print its address and a key.")
def command(data: Path, people: int, serve: bool) -> None:
    """Make sample files, load them, ask the API about one household, stop cleanly."""
    folder = data / "feeds"
    _begin(data, people)
    click.secho("1  Nine agencies write their files", bold=True)
    written = sample.write(folder, people, 7, 36, MONTH)
    click.echo(f"   {written.people:,} people, {sum(written.rows.values()):,} rows in {len(written.rows)} files")
    click.secho("2  The files become a graph", bold=True)
    loaded = feeds.run(folder, data, None, RECEIVED, Wishes(by="demo"))
    feeds.print_counts(loaded.plan.counts)
    click.echo(indent(feeds.summary(loaded), "   "))
    with Ledger.open(data) as ledger:
        today = now().date()
        key = keys.issue(ledger, PARTY, ROLE, today + timedelta(days=7), today)
    click.secho("3  A caseworker's tool asks about one household", bold=True)
    with _api(data) as url:
        client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}", "X-CCG-Purpose": PURPOSE},
            timeout=60,
            trust_env=False,
        )
        with client:
            _show(client)
        if serve:
            click.echo(f"\nConsole  {url}/\nGraphQL  {url}/graphql\nKey      {key}\nPurpose  {PURPOSE}\nCtrl-C stops.")
            try:
                while True:
                    time.sleep(3600)
            except KeyboardInterrupt:
                click.echo("stopping")


def _begin(data: Path, people: int) -> None:
    """Start over when the demo made its directory before with another sample; never touch anyone else's."""
    stamp, mark = data / "demo.json", json.dumps({"people": people, "received": str(RECEIVED), "program": _program()})
    if data.exists() and any(data.iterdir()):
        if not stamp.exists():
            raise click.UsageError(f"{data} is not the demo's: name another directory with --data, or take it away")
        if stamp.read_text() != mark:
            embedded.stop(data / "graph")
            shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    stamp.write_text(mark)


def _program() -> str:
    """A digest of what the sample's files come from, and of what is made of them."""
    digest = hashlib.sha256()
    for room in ("benefits", "derive", "governance", "graph", "graph_loader", "queries", "sample"):
        for file in sorted((ROOT / room).rglob("*.*")):
            if file.suffix in (".py", ".yaml"):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _api(data: Path) -> Iterator[str]:
    """`ccg serve` in a process of its own, asked over HTTP as anyone would."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "ccg.main", "serve", "--data", str(data), "--port", str(port)])
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                if httpx.get(f"{url}/ready", trust_env=False).status_code == 200:
                    break
            except httpx.TransportError:
                pass
            if server.poll() is not None or time.monotonic() > deadline:
                raise click.ClickException("the API did not start; `ccg doctor` looks why")
            time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait(30)


class Refused(click.ClickException):
    """The API's answer is an error."""


def _ask(client: httpx.Client, query: str, **variables: Any) -> Any:
    answer = client.post("/graphql", json={"query": query, "variables": variables}).json()
    if answer.get("errors"):
        first = answer["errors"][0]
        raise Refused(f"{first['extensions']['code']}: {first['message']}")
    return answer["data"]


def _show(client: httpx.Client) -> None:
    household = choose(client)
    begins = date(MONTH.year, MONTH.month + 1, 1)
    first = _ask(client, ASK, id=household, month=str(MONTH), begins=str(begins), offer=0)["household"]
    earnings = first["cliffLadder"]["recordedEarnings"] or 0
    offer = earnings + 1_200_00
    answer = _ask(client, ASK, id=household, month=str(MONTH), begins=str(begins), offer=offer)["household"]
    for line in report(answer):
        click.echo(line)
    paid = next((a for e in answer["enrollments"] for a in e["amounts"] if a["amount"]["cents"]), None)
    if paid:
        for row in _ask(client, TRACE, fact=paid["id"])["provenance"]:
            click.echo(
                f"\n   Where a figure came from: {_usd(paid['amount']['cents'])} is row {row['row']} of {row['file']}, "
                f"sent by {row['agency']}, received {row['received']} under agreement {row['agreement']}"
            )
    _explain(client, household)
    for line in _path(answer["cliffPath"], earnings, offer):
        click.echo(line)


def _explain(client: httpx.Client, household: str) -> None:
    """A record that is someone's although it does not say the same as another: of this household, else of another."""
    others = (row["id"] for row in _households(client) if row["id"] != household)
    for home in islice(chain([household], others), LOOKED_AT):
        for member in _ask(client, MEMBERS, id=home)["household"]["members"]:
            for record in _records(client, member["personId"]):
                if _inexact(record["linkedBecause"]) and record["matchWeight"]:
                    click.echo(
                        f"   A link that comparing for equality would miss: row {record['row']} of {record['file']} "
                        f"({record['agency']}) has in common with another record of {member['personId']}: "
                        f"{record['linkedBecause']} (match weight {record['matchWeight']}, model {record['model']})"
                    )
                    return


def _records(client: httpx.Client, person: str) -> list[dict[str, Any]]:
    """A person's records; none of who is no client of the grant: not everyone in a household need be."""
    try:
        found: list[dict[str, Any]] = _ask(client, RECORDS, id=person)["person"]["records"]
    except Refused:
        return []
    return found


def _inexact(because: str) -> bool:
    exact = any(all(words in because for words in together) for together in EXACT)
    return any(words in because for words in INEXACT) and not exact


def choose(client: httpx.Client) -> str:
    """A family with children in several programs, everything that the rules ask recorded.

    Ids hang on the data directory's own key, so equals are told apart by what is recorded of them.
    """
    best: tuple[int, str, str] = (-1, "", "")
    for row in _households(client):
        if not 3 <= row["people"] <= 5:
            continue
        found = _ask(client, GLANCE, id=row["id"])["household"]
        programs = {span["program"] for span in found["enrollments"] if span["until"] is None}
        known = {fact["kind"] for fact in found["facts"] if fact["until"] is None}
        score = len(programs) + 3 * ("TAFDC" in programs) + 2 * ("SNAP" in programs) + 2 * ("rent" in known)
        looks = str(sorted(json.dumps(item, sort_keys=True) for part in found.values() for item in part))
        best = max(best, (score, looks, row["id"]))
    return best[2]


def _households(client: httpx.Client) -> Iterator[dict[str, Any]]:
    """Every household of the key's clients, page after page."""
    after = None
    while True:
        page = _ask(client, LOOK, after=after)["households"]
        yield from page["rows"]
        after = page["next"]
        if after is None:
            return


def report(answer: dict[str, Any]) -> Iterator[str]:
    """What is known of a household, and its ladder, readably."""
    yield f"   Household {answer['id']}, as known on {answer['asOf']}"
    for place in answer["places"][-1:]:
        yield f"   lives in {place['town']}, {place['county']} County, since {place['since']}"
    yield "\n   Members"
    for member in answer["members"]:
        if member["until"] is None:
            name, born = member["firstName"] or "(withheld)", member["birthYear"]
            yield f"     {name:14} born {born}  {member['role']:6} by {member['evidence']}"
    yield "\n   Programs now"
    for span in answer["enrollments"]:
        if span["until"] is None:
            amounts = [paid for paid in span["amounts"] if paid["until"] is None]
            money = "  ".join(f"{_usd(paid['amount']['cents'])} a month ({paid['kind']})" for paid in amounts)
            category = f" ({span['category']})" if span["category"] else ""
            yield f"     {span['program'] + category:36} since {span['since']}  {len(span['people'])} people  {money}"
    yield "\n   Combinations"
    for span in answer["combinations"][-4:]:
        yield f"     {span['since']} to {span['until'] or 'now':10}  {span['combination']}"
    yield "\n   Due next"
    for duty in answer["reportingDuties"]:
        yield f"     {duty['due']}  {duty['program']} {duty['duty']} to {duty['agency']}"
    yield from _ladder(answer["cliffLadder"])
    for item in answer["withheld"]:
        yield f"   withheld: {item['part']} ({item['reason']})"


def _ladder(ladder: dict[str, Any]) -> Iterator[str]:
    known = f"{ladder['status'].lower()}; rules {ladder['rulesVersion']}"
    yield f"\n   Ladder in {MONTH:%B %Y}: net resources against earnings a month ({known})"
    if ladder["reason"]:
        yield f"     {ladder['reason']}"
    most = max(ladder["netHigh"], default=1) or 1
    for earned in range(0, CHART_CENTS + 1, CHART_STEP_CENTS) if ladder["earnings"] else ():
        low, high = (round(float(np.interp(earned, ladder["earnings"], ladder[net]))) for net in ("netLow", "netHigh"))
        figure = _usd(low) if low == high else f"{_usd(low)} to {_usd(high)}"
        yield f"     {_usd(earned):>8}  {'█' * max(round(40 * low / most), 0):40} {figure}"
    for cliff in ladder["cliffs"]:
        causes = ", ".join(f"{cause['program']} {_usd(cause['loss']['low'])}" for cause in cliff["causes"])
        whole = cliff["recoveryEarnings"]
        again = f"whole again at {_usd(whole)}" if whole else "not made up for on this ladder"
        jump = cliff["troughEarnings"] - cliff["peakEarnings"] < DOLLAR
        span = f"from {_usd(cliff['peakEarnings'])} to {_usd(cliff['troughEarnings'])}"
        span = f"just above {_usd(cliff['peakEarnings'])}" if jump else span
        yield f"     cliff: {span} the family loses {_usd(cliff['loss']['low'])}; {again}"
        yield f"            ({causes})"
    for flat in ladder["plateaus"][:3]:
        yield f"     plateau: from {_usd(flat['fromEarnings'])} to {_usd(flat['toEarnings'])} it is no better off"
    for text in ladder["assumptions"]:
        yield f"     assumed: {text}"
    for source in ladder["citations"]:
        if source["parameter"].startswith(CITED):
            yield f"     source: {source['parameter']} of {source['effective']}: {source['source'][:70]}"


def _path(path: dict[str, Any], earnings: int, offer: int) -> Iterator[str]:
    yield f"\n   Path: earnings rise from {_usd(earnings)} to {_usd(offer)} a month ({path['status'].lower()})"
    shown = [part["program"] for part in path["months"][0]["parts"]] if path["months"] else []
    shown = [name for name in shown if any(_low(m, name) for m in path["months"])]
    yield "     " + f"{'month':8}" + "".join(f"{name[:9]:>10}" for name in shown) + f"{'net':>10}{'no change':>10}"
    for month in path["months"]:
        figures = "".join(f"{_usd(_low(month, name)):>10}" for name in shown)
        net, base = month["net"]["low"], month["withoutChange"]["low"]
        yield f"     {month['month'][:7]:8}{figures}{_usd(net):>10}{_usd(base):>10}"
        for event in month["events"]:
            yield f"              └ {event['program']}: {event['because']} [{event['citation']}]"
    if path["trough"]["cents"]:
        trough, bridge = _usd(path["trough"]["cents"]), _usd(path["bridge"]["cents"])
        yield f"     deepest month: {path['troughMonth'][:7]}, {trough} below no change; {bridge} would bridge it"
    for lag in path["lags"]:
        span = f"{lag['earliest']}" if lag["latest"] == lag["earliest"] else f"{lag['earliest']} or more"
        yield f"     {lag['program']} falls {span} month(s) after the raise"


def _low(month: dict[str, Any], program: str) -> int:
    return next((int(part["amount"]["low"]) for part in month["parts"] if part["program"] == program), 0)


def _usd(cents: int | None) -> str:
    return "unknown" if cents is None else f"${cents / 100:,.0f}"
