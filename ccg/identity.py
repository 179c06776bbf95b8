"""`ccg identity`: who is who; what reviewers decide of it, and by which model it is found."""

from __future__ import annotations

import io
import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import click
import pandas as pd
from rich.console import Console
from rich.table import Table

from access.errors import Denied
from ccg import identity_report, options
from ccg.feeds import derived_load, received, spark, summary, whoever, would_be
from ccg.opening import counter as opened_counter
from ccg.opening import kept_agreement, kept_roster, now
from graph.connect import connect
from graph.store import Access, Store
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.assign import link_anew, retrain
from graph_loader.identity.decisions import Decision, Record, at_odds, described
from graph_loader.identity.limits import LEAST
from graph_loader.identity.linkage import Linkage, LinkageStore, temporary_files
from graph_loader.identity.model import COMPARISONS, Model, private
from graph_loader.identity.report import report
from graph_loader.identity.review import FIELDS, PROPERTIES, SSN, SURE, Candidate, feeds_of, queue
from graph_loader.identity.tokens import Hasher
from graph_loader.load import accounts, batches, decided
from graph_loader.load.feeds import Feeds
from graph_loader.load.run import Wishes
from ledger.database import Ledger

SHOWN = ("left", "left_role", "right", "right_role")
WITHHELD = "(withheld)"
TOLD = 0.5
"""A grade of agreement that weighs this much more or less (log2) is told."""
WORDS = {"s": True, "d": False, "same": True, "different": False}

Command = Callable[..., None]


def _thresholds(command: Command) -> Command:
    low = click.option("--from", "low", type=click.FloatRange(LEAST), default=LEAST, show_default=True,
                       help="Least weight (log2 odds) to look at; pairs that weigh less are not kept.")  # fmt: skip
    high = click.option("--to", "high", default=SURE, show_default=True, help="Weight above which no look is needed.")
    return low(high(command))


def _asks(command: Command) -> Command:
    key = click.option("--key", envvar="CCG_KEY", help="API key of the reviewer (CCG_KEY).")
    purpose = click.option("--purpose", envvar="CCG_PURPOSE", help="What it is for (CCG_PURPOSE).")
    return key(purpose(command))


@click.group("identity", invoke_without_command=True)
@options.data
@click.pass_context
def group(context: click.Context, data: Path) -> None:
    """Who is who. Without a command: how many people there are, by which model, and what waits."""
    context.obj = data
    if context.invoked_subcommand is not None:
        return
    with connect(data, Access.READ) as store, _linkage(data, store) as linkage:
        model = linkage.model
        known = decided.every(store)
        waits = sum(1 for _ in queue(linkage, _stand(known)))
        records, descriptions = linkage.count("kept.records"), linkage.count("kept.descriptions")
        people = linkage.people()
        click.echo(f"{records:,} records, {descriptions:,} descriptions, {people:,} people")
        if model:
            click.echo(f"model {model.id}: trained {model.trained_on} on {model.of}, prevalence {model.prevalence:.2g}")
            if model.prevalence_of:
                click.echo(f"prevalence is of {model.prevalence_of}")
    if following := LinkageStore(data).next_model:
        click.echo(f"model {following.id} waits for the next load")
    pending = sum(one.pending for one in known)
    click.echo(f"{waits:,} pairs wait for a look; {len(decided.standing(known)):,} decisions stand")
    if pending:
        click.echo(f"{pending:,} decisions wait for the next load, or `ccg identity apply`")


@contextmanager
def _linkage(data: Path, store: Store, model: str | None = None) -> Iterator[Linkage]:
    """What the newest published load left, or what an earlier model, by its id, would make of all that is known.

    Raises `LoadError` while there is none.
    """
    kept, published = LinkageStore(data), _published(data, store)
    if model is None:
        with kept.read(published) as linkage:
            yield linkage
        return
    earlier = kept.earlier(model)
    with kept.open(published) as linkage, options.progress() as show:
        link_anew(
            linkage, Hasher.of(data), earlier, now().date(), _stand(decided.every(store)), lambda what: show(what, 0)
        )
        yield linkage


def _published(data: Path, store: Store) -> date:
    published = batches.published(store)
    if published is None:
        raise LoadError(Fault("GRAPH_EMPTY", str(data), "nothing has been loaded yet", "`ccg load FEEDS` loads it."))
    return published


@dataclass(frozen=True)
class _Seen:
    """What a reviewer may see, and under which key."""

    by: str
    properties: frozenset[str]
    agencies: frozenset[str] | None
    agency_of: dict[str, str]

    def opens(self, candidate: Candidate) -> bool:
        return self._opens_feeds((candidate.left.feed, candidate.right.feed))

    def opens_records(self, feeds: dict[Record, str], records: Sequence[Record]) -> bool:
        return self._opens_feeds([feeds.get(one, "") for one in records])

    def _opens_feeds(self, feeds: Sequence[str]) -> bool:
        return self.agencies is None or all(self.agency_of.get(feed) in self.agencies for feed in feeds)

    def words(self, candidate: Candidate) -> str:
        """How the two agree, where all that this tells of is open."""
        return candidate.words if self.properties >= PROPERTIES else WITHHELD

    def field(self, name: str, value: str | None) -> str:
        return (value or "") if FIELDS[name][1] in self.properties else WITHHELD

    def ssn(self, candidate: Candidate) -> str:
        return candidate.ssn if SSN in self.properties else WITHHELD


def _reviewer(data: Path, store: Store, key: str | None, purpose: str | None) -> _Seen:
    with opened_counter(data) as counter:
        visit = counter.visit(key, purpose)
        properties, agencies = visit.reviewing(PROPERTIES)
    return _Seen(visit.key.id, properties, agencies, accounts.agency_of_feeds(store))


@group.command("review")
@_thresholds
@_asks
@click.option("--why", default="compared side by side", show_default=True, help="Reason to keep; no names, please.")
@click.pass_obj
def review(data: Path, low: float, high: float, key: str | None, purpose: str | None, why: str) -> None:
    """Decide pairs of records, one after the other: the same person's, or not. Keys only."""
    console = Console()
    hasher = Hasher.of(data)
    with connect(data, Access.WRITE) as store, _linkage(data, store) as linkage:
        seen = _reviewer(data, store, key, purpose)
        waiting = [one for one in queue(linkage, _stand(decided.every(store)), low, high) if seen.opens(one)]
        done = 0
        for place, candidate in enumerate(waiting, 1):
            console.print(side_by_side(candidate, seen, f"{place} of {len(waiting)}"))
            console.print("[b]s[/b]ame person   [b]d[/b]ifferent people   [b]k[/b]: skip   [b]q[/b]uit")
            pressed = _pressed()
            if pressed == "q":
                break
            if pressed == "k":
                continue
            new = Decision(candidate.left.record, candidate.right.record, WORDS[pressed])
            known = decided.every(store)
            try:
                decided.check(known, new, described(linkage, [*_stand(known), new]), "review")
            except LoadError as error:
                click.echo(str(error), err=True)
                continue
            kept = decided.write(store, known, new, seen.by, why, now().date(), hasher)
            console.print(f"kept as {kept.id}")
            done += 1
    click.echo(f"{done:,} decided; the next load applies it, or `ccg identity apply`" if done else "nothing decided")


def _pressed() -> str:
    while (pressed := click.getchar().lower()) not in "sdkq":
        if pressed in "\x03\x04":
            return "q"
    return pressed


def side_by_side(candidate: Candidate, seen: _Seen, title: str) -> Table:
    """Two records in two columns, differences marked."""
    state = "linked now" if candidate.together else "apart now"
    weight = "below" if candidate.weight is None else f"{candidate.weight:+.1f}"
    table = Table(title=f"{title}: {state}, weight {weight} ({seen.words(candidate)})", title_justify="left")
    for name in ("", candidate.left.feed, candidate.right.feed):
        table.add_column(name, overflow="fold")
    for name in FIELDS:
        left, right = (seen.field(name, side.says[name]) for side in (candidate.left, candidate.right))
        mark = "bold yellow" if left and right and left != right else ""
        table.add_row(name, left, right, style=mark)
    table.add_row("SSN", seen.ssn(candidate), "")
    return table


@group.command("export")
@_thresholds
@_asks
@click.option("--most", default=1_000, show_default=True, help="So many pairs at most.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(
    data: Path, low: float, high: float, key: str | None, purpose: str | None, most: int, file: Path
) -> None:  # fmt: skip
    """Write the pairs that wait for a look to FILE (.csv or .xlsx); fill in `decision` (same or different) and `why`.

    The file names people: it can be read by you alone; delete it once it is imported.
    """
    _check_kind(file)
    with connect(data, Access.READ) as store, _linkage(data, store) as linkage:
        seen = _reviewer(data, store, key, purpose)
        waiting = queue(linkage, _stand(decided.every(store)), low, high)
        rows = [_row(one, seen) for one in islice(filter(seen.opens, waiting), most)]
    columns = [*SHOWN, "decision", "why", "weight", "now", "words", "SSN"]
    columns += [f"{name} ({side})" for name in FIELDS for side in ("left", "right")]
    frame = pd.DataFrame(rows, columns=columns)
    with private(file) as stream:
        if file.suffix == ".csv":
            stream.write(frame.to_csv(index=False).encode())
        else:
            held = io.BytesIO()
            with temporary_files(data):  # a sheet is written to one before it is packed
                frame.to_excel(held, index=False, sheet_name="review")
            stream.write(held.getvalue())
    click.echo(f"{len(frame):,} pairs in {file}")


def _check_kind(file: Path) -> None:
    if file.suffix not in (".csv", ".xlsx"):
        raise click.UsageError(f"{file.name}: give a file that ends in .csv or .xlsx")


def _row(candidate: Candidate, seen: _Seen) -> dict[str, object]:
    left, right = candidate.left, candidate.right
    told: dict[str, object] = {
        "left": left.record.source, "left_role": left.record.role, "right": right.record.source,
        "right_role": right.record.role, "decision": "", "why": "", "weight": candidate.weight,
        "now": "linked" if candidate.together else "apart", "words": seen.words(candidate), "SSN": seen.ssn(candidate),
    }  # fmt: skip
    sides = (("left", left), ("right", right))
    return told | {f"{name} ({side})": seen.field(name, one.says[name]) for name in FIELDS for side, one in sides}


@group.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@_asks
@click.pass_obj
def take_in(data: Path, file: Path, key: str | None, purpose: str | None) -> None:
    """Take in the decisions of FILE, as `export` wrote it. Rows without one are left as they are."""
    _check_kind(file)
    rows = _read(file)
    faults: list[Fault] = []
    done = 0
    hasher = Hasher.of(data)
    with connect(data, Access.WRITE) as store, _linkage(data, store) as linkage:
        seen = _reviewer(data, store, key, purpose)
        known = decided.every(store)
        of = described(linkage, [*_stand(known), *(_decision(row) for _, row in rows if row["decision"] in WORDS)])
        for number, row in rows:
            where = f"{file.name} row {number}"
            if row["decision"] not in WORDS:
                faults.append(
                    Fault("DECISION_UNREADABLE", where, "`decision` is none", "Write same or different, or nothing.")
                )
                continue
            new = _decision(row)
            left, right = new.left, new.right
            if not seen.opens_records(feeds_of(linkage, (left, right)), (left, right)):
                faults.append(decided.unknown(where, f"{left} or {right}"))
                continue
            try:
                decided.check(known, new, of, where)
            except LoadError as error:
                faults += error.faults
                continue
            kept = decided.write(store, known, new, seen.by, row["why"] or file.name, now().date(), hasher)
            known = [*known, kept] if kept not in known else known
            done += 1
    click.echo(f"{done:,} decisions taken in; the next load applies them, or `ccg identity apply`")
    if faults:
        raise LoadError(*faults)


def _stand(known: Sequence[decided.Decided]) -> list[Decision]:
    return [one.decision for one in decided.standing(known)]


def _decision(row: dict[str, str]) -> Decision:
    left, right = (Record(row[side], row[f"{side}_role"]) for side in ("left", "right"))
    return Decision(left, right, WORDS[row["decision"]])


def _read(file: Path) -> Sequence[tuple[int, dict[str, str]]]:
    """The rows that have a decision, with their numbers. Raises `LoadError` for a file that is not of that form."""
    read = pd.read_csv if file.suffix == ".csv" else pd.read_excel
    try:
        frame = read(file, dtype=str, keep_default_na=False)
    except (ValueError, OSError, KeyError, BadZipFile, zlib.error, SyntaxError) as error:  # the last of cut XML
        fix = "Give a file that `ccg identity export` wrote."
        raise LoadError(Fault("REVIEW_UNREADABLE", file.name, type(error).__name__, fix)) from None
    missing = [name for name in (*SHOWN, "decision", "why") if name not in frame.columns]
    if missing:
        what, fix = f"it has no column {', '.join(missing)}", "Give a file that `ccg identity export` wrote."
        raise LoadError(Fault("REVIEW_UNREADABLE", file.name, what, fix))
    rows = frame.fillna("").to_dict("records")
    told = [{str(name): str(value).strip() for name, value in row.items()} for row in rows]
    return [
        (number, row | {"decision": row["decision"].lower()}) for number, row in enumerate(told, 2) if row["decision"]
    ]


@group.command("decisions")
@click.option("--all", "every", is_flag=True, help="Also those that were withdrawn.")
@_asks
@click.pass_obj
def decisions(data: Path, every: bool, key: str | None, purpose: str | None) -> None:
    """List the decisions that stand, the oldest first; with a key that reviews, also why each was made."""
    with connect(data, Access.READ) as store:
        known = decided.every(store)
        open_ = _opened(data, store, key, purpose, known) if key else set()
        stand = decided.standing(known)
        odds: dict[Decision, list[Decision]] = {}
        if stand:
            try:
                with _linkage(data, store) as linkage:
                    odds = at_odds(linkage, [one.decision for one in stand])
            except LoadError as error:
                click.echo(f"which of them are at odds is not known: {error.faults[0].what}", err=True)
    ids = {one.decision: one.id for one in stand}
    for one in known if every else stand:
        state = f"withdrawn {one.withdrawn_on}" if one.withdrawn_on else "stands"
        if not one.withdrawn_on and (chain := odds.get(one.decision)) is not None:
            others = ", ".join(ids[other] for other in chain)
            state += f", but {others} say the opposite by now" if chain else ", but a record of it is gone"
        why = f"; {one.why}" if one.id in open_ else ""
        click.echo(f"{one}; {state}{', not applied yet' if one.pending else ''}{why}")


def _opened(
    data: Path, store: Store, key: str | None, purpose: str | None, known: Sequence[decided.Decided]
) -> set[str]:
    """Ids of the decisions on records that a key opens."""
    try:
        seen = _reviewer(data, store, key, purpose)
    except Denied:
        return set()
    of = {one.id: (one.decision.left, one.decision.right) for one in known}
    with _linkage(data, store) as linkage:
        feeds = feeds_of(linkage, [record for ends in of.values() for record in ends])
    return {name for name, ends in of.items() if seen.opens_records(feeds, ends)}


@group.command("withdraw")
@click.argument("decision")
@click.option("--why", required=True, help="Reason to keep; no names, please.")
@_asks
@click.pass_obj
def withdraw(data: Path, decision: str, why: str, key: str | None, purpose: str | None) -> None:
    """Take DECISION back: the model decides again, from the next load on."""
    with connect(data, Access.WRITE) as store:
        seen = _reviewer(data, store, key, purpose)
        about = [one.decision for one in decided.every(store) if one.id == decision]
        with _linkage(data, store) as linkage:
            ends = [record for one in about for record in (one.left, one.right)]
            if not seen.opens_records(feeds_of(linkage, ends), ends):
                about = []
        if not about:
            raise decided.no_such(decision)
        decided.withdraw(store, decision, seen.by, why, now().date())
    click.echo(f"{decision} is withdrawn; the next load applies it, or `ccg identity apply`")


@group.command("report")
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), default=Path("identity-report.html"),
    show_default=True, help="The page to write.",
)  # fmt: skip
@click.option("--model", metavar="ID", help="Of this one, which linked something before, as it would link all of now.")
@click.pass_obj
def tell(data: Path, file: Path, model: str | None) -> None:
    """Write what the model gives weight to, what it found, and what it cannot link, as one page that names nobody."""
    with connect(data, Access.READ) as store, _linkage(data, store, model) as linkage:
        if linkage.model is None:
            raise LoadError(Fault("MODEL_MISSING", str(data), "no model linked this", "The next load makes one."))
        _write(file, identity_report.page(report(linkage, linkage.model)))
    click.echo(f"written to {file}")


def _write(file: Path, page: str) -> None:
    """A page for whoever wrote it alone: it names nobody, and counts a few."""
    with private(file) as stream:
        stream.write(page.encode())


@group.command("train")
@click.option("--yes", is_flag=True, help="Use it without asking.")
@click.option("--model", metavar="ID", help="Learn nothing: go back to this one, which linked something before.")
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), help="Also write its report, as `report` does."
)
@click.pass_obj
def train(data: Path, yes: bool, model: str | None, file: Path | None) -> None:
    """Learn a new model from all records, show what it would change, and use it from the next load on."""
    with connect(data, Access.READ) as store, options.progress() as show:
        published = _published(data, store)
        decisions = [one.decision for one in decided.standing(decided.every(store))]
        kept = LinkageStore(data)
        earlier = kept.earlier(model) if model else None
        with kept.open(published) as linkage:
            before, old = linkage.people(), linkage.model
            moves = retrain(
                linkage, Hasher.of(data), now().date(), decisions, lambda what: show(what, 0), earlier
            ).moves  # fmt: skip
            new, after = linkage.model, linkage.people()
            if file and new:
                _write(file, identity_report.page(report(linkage, new)))
    if new is None or (old and new.id == old.id):
        click.echo("it is the model in use; nothing would change")
        return
    click.echo(f"model {new.id}, trained {new.trained_on} on {new.of}; in use: {old.id if old else 'none'}")
    for line in _changes(old, new):
        click.echo(f"  {line}")
    click.echo(would_be(before, after, moves))
    if yes or click.confirm("Use it from the next load on?"):
        kept.use(new)
        click.echo("the next load uses it, or `ccg identity apply`")
    else:
        click.echo("nothing changed")


def _changes(old: Model | None, new: Model) -> Iterator[str]:
    """What is worth something else by half a bit or more."""
    if old is None:
        return
    yield f"one pair in {1 / new.prevalence:,.0f} is one person's; was {1 / old.prevalence:,.0f}"
    for one in COMPARISONS:
        for place, grade in enumerate(one.grades):
            then, now_ = (
                math.log2(m / u) for m, u in (old.probabilities[one.name][place], new.probabilities[one.name][place])
            )
            if grade.words and abs(now_ - then) >= TOLD:
                yield f"{grade.words}: weighs {now_:+.1f}, was {then:+.1f}"


@group.command("apply")
@received
@click.option("--by", envvar="CCG_USER", default=whoever, help="Who loads (CCG_USER; else the user).")
@spark
@click.pass_obj
def apply(data: Path, received: date, by: str, spark: str | None) -> None:
    """Apply what was decided, and a new model, without waiting for files: a load of its own."""
    folder = data / "agreement"
    feeds = Feeds(folder, kept_roster(data), kept_agreement(data), ())
    with Ledger.open(data) as ledger, connect(data, Access.WRITE) as store, options.progress() as show:
        loaded = derived_load(feeds, store, ledger, data, received, show, Wishes(by, spark=spark))
    click.echo("nothing waits" if loaded.already else summary(loaded))
