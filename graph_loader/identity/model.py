"""The linkage model: what is compared, how agreement is graded, and what each grade is worth.

A pair of descriptions is compared column by column; each comparison has grades, and a grade has two probabilities:
`m` among pairs of one person, `u` among pairs of two. What a grade is worth is log2(m/u); a pair's match weight is
their sum and the prevalence's. (Fellegi and Sunter 1969; the probabilities come from `train`.)

Surname and address are one comparison, as they are not independent: who lives together often shares a name. A whole SSN
is worth less where the given names differ, as it is then often a relative's, and so is a birth date, as of twins. An
SSN that several sources have with one initial is hardly an error: who has another such is somebody else.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Iterator
from collections.abc import Mapping as Map
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, BinaryIO, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import splink
from splink import SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule

from graph_loader.identity import limits

Dialect = Literal["duckdb", "spark"]
PREVALENCE = 1e-4
"""The share of one person's pairs under which Splink scores; what a model's own adds to a weight is added after it, so
that a pair weighs the same whenever it is scored."""
SHIPPED = "shipped"
GROWN = 2
"""A model has been outgrown by so many times the descriptions that its prevalence is of."""
COMPARED_WITH = f"Splink {splink.__version__}, DuckDB {duckdb.__version__}"
"""Another version may find another spelling near: what was compared with it is compared anew."""
GENERATION = 13
"""So many years are between parents and children, at least."""
NEVER = 1e-9
"""What a probability is at least."""


@dataclass(frozen=True)
class Grade:
    """One level of agreement. `sql`: when; `rare`: the column by whose value's frequency `u` is scaled; `least`: what
    `m` is at least, as records to learn from may show too few of it."""

    words: str
    sql: str
    rare: str | None = None
    least: float = 1e-6


@dataclass(frozen=True)
class Comparison:
    """`unknown`: when the pair says nothing; then grades, the first that holds counting, the last one always."""

    name: str
    unknown: str
    grades: tuple[Grade, ...]


_FUNCTIONS: dict[Dialect, dict[str, str]] = {
    "duckdb": {"SHARE": "list_has_any", "HOLDS": "list_contains", "JARO": "jaro_winkler_similarity"},
    "spark": {"SHARE": "arrays_overlap", "HOLDS": "array_contains", "JARO": "jaro_winkler"},
}


def _both(column: str) -> str:
    return f"{column}_l = {column}_r"


def _missing(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


_YEARS_APART = "abs(CAST(substr(birth_l, 1, 4) AS INT) - CAST(substr(birth_r, 1, 4) AS INT))"
_DAY_AND_MONTH_SWAPPED = (
    "(substr(birth_l, 1, 4) = substr(birth_r, 1, 4) AND substr(birth_l, 6, 2) = substr(birth_r, 9, 2)"
    " AND substr(birth_r, 6, 2) = substr(birth_l, 9, 2))"
)
_ONE_DIGIT_APART = "damerau_levenshtein(replace(birth_l, '-', ''), replace(birth_r, '-', '')) <= 1"
BIRTH_SLIP = f"(({_DAY_AND_MONTH_SWAPPED} OR {_ONE_DIGIT_APART}) AND {_YEARS_APART} < {GENERATION})"
"""One birth date, written down wrong once; not a parent's and a child's."""
_INITIAL_ALONE = "((given_l IS NULL OR given_r IS NULL) AND initial_l = initial_r)"
_MIDDLE_USED = "(given_l = middle_r OR middle_l = given_r)"
_NICKNAME = "SHARE(forms_l, forms_r)"
_SWAPPED = (
    "(given_l = family_r OR family_l = given_r"
    " OR (HOLDS(words_r, given_l) AND JARO(family_l, given_r) >= 0.85)"
    " OR (HOLDS(words_l, given_r) AND JARO(family_r, given_l) >= 0.85))"
)
_ALIKE = f"({_NICKNAME} OR JARO(given_l, given_r) >= 0.85 OR {_INITIAL_ALONE} OR {_MIDDLE_USED} OR {_SWAPPED})"
_APART = (
    f"({_both('token')} AND {_ALIKE}"
    f" AND {_YEARS_APART} >= {GENERATION}"
    " AND damerau_levenshtein(replace(birth_l, '-', ''), replace(birth_r, '-', '')) > 1)"
)
"""A father's SSN on a son of his name, or a mother's on a daughter."""
_FAMILY = (
    ("same last name", _both("family")),
    (
        "last name spelled alike",
        "(JARO(family_l, family_r) >= 0.9 OR damerau_levenshtein(family_l, family_r) <= 1 OR SHARE(words_l, words_r))",
    ),
    ("last name not known", f"({_missing('family')} OR {_SWAPPED})"),
    ("last names differ", "TRUE"),
)
_HOME = (
    ("same address", _both("home")),
    ("same building", _both("place")),
    (
        "address written alike",
        "(damerau_levenshtein(house_l, house_r) <= 1 AND JARO(road_l, road_r) >= 0.88)",
    ),
    ("part of the address", "(road_l = road_r OR (house_l = house_r AND length(house_l) > 2))"),
    ("street written alike", "JARO(road_l, road_r) >= 0.88"),
    ("address not known", f"({_missing('road')})"),
    ("addresses differ", "TRUE"),
)
_SAYS_NOTHING = ("last name not known", "address not known")

COMPARISONS = (
    Comparison(
        "ssn",
        _missing("near"),
        (
            Grade("same SSN token, first name agrees", f"{_both('token')} AND {_ALIKE}"),
            Grade("same SSN token, first name not known", f"{_both('token')} AND ({_missing('initial')})"),
            Grade("same SSN token, other first name of that birth date", f"{_both('token')} AND {_both('birth')}"),
            Grade("same SSN token, other first name", _both("token")),
            Grade("SSN tokens one digit apart", "SHARE(near_l, near_r)"),
            Grade("part of the SSN agrees", f"({_both('head')} OR {_both('tail')})"),
            Grade("SSNs differ, each from several sources", "sure_l AND sure_r"),
            Grade("SSNs differ", "ELSE"),
        ),
    ),
    Comparison(
        "first",
        _missing("initial"),
        (
            Grade("same first name", "given_l = given_r", "given"),
            Grade("first name a known nickname", _NICKNAME),
            Grade(
                "first name spelled alike",
                "(JARO(given_l, given_r) >= 0.9 OR damerau_levenshtein(given_l, given_r) <= 1)",
            ),
            Grade("first and last name swapped", _SWAPPED, least=1e-3),
            Grade("first initial agrees", _INITIAL_ALONE, least=1e-3),
            Grade("middle name used as first", _MIDDLE_USED, least=1e-3),
            Grade("first name a little alike", "JARO(given_l, given_r) >= 0.8"),
            Grade("first names differ", "ELSE", least=0.01),
        ),
    ),
    Comparison(
        "middle",
        _missing("middle"),
        (
            Grade("same middle name", "(middle_l = middle_r AND length(middle_l) > 1)"),
            Grade(
                "same middle initial",
                "(substr(middle_l, 1, 1) = substr(middle_r, 1, 1) AND (length(middle_l) = 1 OR length(middle_r) = 1"
                " OR JARO(middle_l, middle_r) >= 0.85))",
            ),
            Grade("middle names differ", "ELSE"),
        ),
    ),
    Comparison(
        "birth",
        _missing("birth"),
        (
            Grade("same birth date", f"birth_l = birth_r AND ({_ALIKE} OR {_missing('initial')})"),
            Grade("same birth date, other first name", "birth_l = birth_r"),
            Grade(
                "birth day and month swapped",
                _DAY_AND_MONTH_SWAPPED,
            ),
            Grade("birth date one digit apart", _ONE_DIGIT_APART, least=3e-3),
            Grade("birth day and month agree", "substr(birth_l, 6, 5) = substr(birth_r, 6, 5)"),
            Grade(
                "birth year and month or day agree",
                "(substr(birth_l, 1, 7) = substr(birth_r, 1, 7) OR (substr(birth_l, 1, 4) = substr(birth_r, 1, 4)"
                " AND substr(birth_l, 9, 2) = substr(birth_r, 9, 2)))",
            ),
            Grade("birth year close", f"{_YEARS_APART} <= 1"),
            Grade("birth dates differ", "ELSE", least=0.01),
        ),
    ),
    Comparison("sex", _missing("sex"), (Grade("same sex", "sex_l = sex_r"), Grade("other sex", "ELSE"))),
    Comparison(
        "family_home",
        " AND ".join(dict((*_FAMILY, *_HOME))[words] for words in _SAYS_NOTHING),
        tuple(
            Grade(
                f"{family}, {home}",
                "ELSE" if (family, home) == (_FAMILY[-1][0], _HOME[-1][0]) else f"{family_sql} AND {home_sql}",
            )
            for home, home_sql in _HOME
            for family, family_sql in _FAMILY
            if (family, home) != _SAYS_NOTHING
        ),
    ),
    Comparison(
        "family_rare",
        _missing("family"),
        (Grade("", "family_l = family_r", "family"), Grade("", "ELSE")),
    ),
    Comparison("birth_rare", _missing("birth"), (Grade("", "birth_l = birth_r", "birth"), Grade("", "ELSE"))),
    Comparison(
        "zip",
        f"{_missing('zip')} OR {_both('place')}",
        (
            Grade("same ZIP code", "zip_l = zip_r"),
            Grade("ZIP codes one digit apart", "damerau_levenshtein(zip_l, zip_r) <= 1"),
            Grade("ZIP codes differ", "ELSE"),
        ),
    ),
    Comparison(
        "institution",
        _missing("institution"),
        (
            Grade("same institution", "institution_l = institution_r", "institution"),
            Grade("other institution", "ELSE"),
        ),
    ),
    Comparison(
        "generation",
        f"({_missing('generation')} OR birth_l = birth_r) AND NOT coalesce({_APART}, FALSE)",
        (
            Grade("same Jr., Sr. or number after the name", "generation_l = generation_r"),
            Grade("other Jr., Sr. or number after the name", "generation_l <> generation_r", least=1e-7),
            Grade("one SSN token of two born a generation apart", "ELSE", least=1e-7),
        ),
    ),
)
"""`family_rare` and `birth_rare` weigh nothing of themselves: they scale a same last name or birth date, whatever else
agrees, by how rare it is."""


def _place(name: str, words: str) -> int:
    """Where a grade stands in its comparison."""
    grades = next(one.grades for one in COMPARISONS if one.name == name)
    return next(place for place, grade in enumerate(grades) if grade.words == words)


TWO_PEOPLE = (
    f"grade_ssn = {_place('ssn', 'SSNs differ, each from several sources')}"
    f" AND grade_birth >= {_place('birth', 'birth day and month agree')}"
)
"""SQL: the grades of a pair that is two people's, whatever links others of theirs: no one has two SSNs that several
sources vouch for, and two birth dates that no single slip makes of one another."""
TWO_BIRTHS = (
    f"grade_ssn NOT BETWEEN 0 AND {_place('ssn', 'SSN tokens one digit apart')}"
    f" AND (grade_birth >= {_place('birth', 'birth day and month agree')} AND vouched_a AND vouched_b"
    f" OR grade_birth = {_place('birth', 'birth dates differ')} AND (vouched_a OR vouched_b))"
)
"""SQL: the same of a pair whose SSNs say nothing for it: two birth dates that several sources vouch for are two people,
and so are two of which no part agrees, where several vouch for one of them."""


def vouched(among: str, records: str) -> str:
    """SQL of a table `vouched` (id): descriptions whose birth date several feeds have of one name, each within its
    component. `among`: a table (id, component); `records`: one that has their description and feed."""
    return f"""
    CREATE OR REPLACE TEMP TABLE vouched AS
    WITH born AS (
        SELECT m.id, m.component, d.birth, d.forms[1] AS form, d.family
        FROM {among} m JOIN kept.descriptions d USING (id)
        WHERE d.birth IS NOT NULL AND d.family IS NOT NULL AND len(d.forms) > 0
    ), told AS (
        SELECT component, birth, form, family FROM born b JOIN {records} t ON t.description = b.id
        GROUP BY ALL HAVING count(DISTINCT t.feed) > 1
    )
    SELECT id FROM born SEMI JOIN told USING (component, birth, form, family)
    """


def two_people(pairs: str) -> str:
    """SQL of those of a table's pairs (a, b, grades) that are two people's, whatever links others of theirs; it goes by
    the table `vouched`."""
    return f"""
    SELECT * FROM (SELECT *, a IN (FROM vouched) AS vouched_a, b IN (FROM vouched) AS vouched_b FROM {pairs})
    WHERE {TWO_PEOPLE} OR {TWO_BIRTHS}
    """


RARE = tuple(grade.rare for comparison in COMPARISONS for grade in comparison.grades if grade.rare)
"""Columns whose values' frequencies count."""
Probabilities = dict[str, list[tuple[float, float]]]
"""Comparison → (m, u) of each grade."""


def blocking(dialect: Dialect) -> list[Any]:
    """Which pairs are compared at all: those that one of these rules finds."""
    return [
        block_on("token"),
        block_on("near", arrays_to_explode=["near"]),
        block_on("form", "birth"),
        block_on("family", "birth"),
        block_on("place", "birth"),
        block_on("form", "place"),
        block_on("family", "place"),
        block_on("initial", "place"),
        block_on("birth", "initial"),
        block_on("called", "family", arrays_to_explode=["called"]),
        block_on("initial", "family", "middle", "area"),
        block_on("form", "middle", "road", "area"),
        block_on("family", "institution"),
        block_on("form", "institution", "middle"),
        *(
            CustomRule(rule, sql_dialect=dialect)
            for rule in (
                "l.given = r.family AND l.family = r.given",
                "l.birth = r.birth AND l.initial = substr(r.family, 1, 1)",
                "l.birth = r.birth AND r.initial = substr(l.family, 1, 1)",
                "l.form = r.form AND l.house = r.house AND substr(l.road, 1, 3) = substr(r.road, 1, 3)",
                "l.family = r.family AND l.house = r.house AND substr(l.road, 1, 3) = substr(r.road, 1, 3)",
                "l.road = r.road AND l.area = r.area AND substr(l.family, 1, 3) = substr(r.family, 1, 3)"
                " AND substr(l.given, 1, 2) = substr(r.given, 1, 2)",
                "substr(l.birth, 6, 5) = substr(r.birth, 6, 5) AND substr(l.given, 1, 3) = substr(r.given, 1, 3)"
                " AND substr(l.family, 1, 3) = substr(r.family, 1, 3)",
                "substr(l.birth, 1, 7) = substr(r.birth, 1, 7) AND l.form = r.form"
                " AND substr(l.family, 1, 1) = substr(r.family, 1, 1)",
                "l.birth = r.birth AND l.sex = r.sex AND substr(l.family, 1, 2) = substr(r.family, 1, 2)",
            )
        ),
    ]


def settings(probabilities: Probabilities, dialect: Dialect = "duckdb") -> SettingsCreator:
    """The model as Splink takes it."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[_creator(one, probabilities[one.name], dialect) for one in COMPARISONS],
        blocking_rules_to_generate_predictions=blocking(dialect),
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        probability_two_random_records_match=PREVALENCE,
    )


def _creator(one: Comparison, worth: list[tuple[float, float]], dialect: Dialect) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": _in(one.unknown, dialect), "label_for_charts": "not known", "is_null_level": True}
    ]
    for place, grade in enumerate(one.grades):
        level: dict[str, Any] = {
            "sql_condition": _in(grade.sql, dialect), "label_for_charts": str(place),
            "m_probability": worth[place][0], "u_probability": worth[place][1],
        }  # fmt: skip
        if grade.rare:
            level |= {"tf_adjustment_column": grade.rare, "tf_adjustment_weight": 1.0}
        levels.append(level)
    return {"output_column_name": one.name, "comparison_levels": levels}


def graded(one: Comparison) -> str:
    """DuckDB's SQL of the place of a pair's grade, -1 where it says nothing."""
    cases = " ".join(f"WHEN {_in(grade.sql, 'duckdb')} THEN {place}" for place, grade in enumerate(one.grades[:-1]))
    return f"CASE WHEN {_in(one.unknown, 'duckdb')} THEN -1 {cases} ELSE {len(one.grades) - 1} END AS grade_{one.name}"


def _in(sql: str, dialect: Dialect) -> str:
    for name, function in _FUNCTIONS[dialect].items():
        sql = sql.replace(f"{name}(", f"{function}(")
    return sql


@cache
def settings_digest() -> str:
    """Names this version of comparisons, rules and limits: what was linked by another one is linked anew."""
    compared = [(c.name, c.unknown, [(g.sql, g.rare) for g in c.grades]) for c in COMPARISONS]
    rules = [rule.get_blocking_rule("duckdb") for rule in blocking("duckdb")]
    found = [(rule.blocking_rule_sql, getattr(rule, "array_columns_to_explode", [])) for rule in rules]
    text = json.dumps([compared, found, limits.ALL, TWO_PEOPLE, TWO_BIRTHS])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


class OtherGrades(ValueError):
    """A saved model's comparisons have other grades than the program's, so that nothing of it can stay."""


@contextmanager
def private(file: Path) -> Iterator[BinaryIO]:
    """A file anew, readable by its owner alone."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        yield stream


@dataclass(frozen=True)
class Model:
    """Frozen parameters. `terms`: how frequent each value of the columns in `RARE` is (column, value, frequency).

    `trained_on`: the day, `of`: how many descriptions, their digest, and by which version of learning; or that they are
    shipped with the program.
    `size`: how many descriptions its prevalence is of; 0 of the shipped one. `prevalence_of`: them, their digest and
    the day, where that is not what it was trained on.
    """

    probabilities: Probabilities
    prevalence: float
    trained_on: str
    of: str
    terms: pa.Table = field(repr=False)
    size: int = 0
    prevalence_of: str = ""

    @property
    def is_shipped(self) -> bool:
        return self.of == SHIPPED

    def is_outgrown(self, count: int) -> bool:
        """Whether its prevalence is no longer that of so many descriptions.

        A description has about as many others of its person however many there are, so the share of pairs that are one
        person's falls as their number grows.
        """
        return bool(self.size) and count >= GROWN * self.size

    @property
    def shift(self) -> float:
        """What its prevalence adds to a weight under `PREVALENCE` (log2 odds)."""
        return log_odds(self.prevalence) - log_odds(PREVALENCE)

    @cached_property
    def id(self) -> str:
        """Names the model: a digest of its parameters, and of how frequent names are."""
        worth = json.dumps([self.probabilities, self.prevalence, settings_digest()], sort_keys=True)
        digest = hashlib.sha256(worth.encode())
        self._add_terms(digest)
        return digest.hexdigest()[:12]

    @cached_property
    def terms_id(self) -> str:
        """Names its terms: models of the same have them in common."""
        digest = hashlib.sha256()
        self._add_terms(digest)
        return digest.hexdigest()[:12]

    def _add_terms(self, digest: hashlib._Hash) -> None:
        for name in ("column", "value"):
            digest.update("\n".join(self.terms.column(name).to_pylist()).encode())
        digest.update(self.terms.column("frequency").to_numpy().tobytes())

    def save(self, folder: Path) -> None:
        """Write `model.json` and `terms.parquet` (mode 0600: they hold names)."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with private(folder / "terms.parquet") as file:
            pq.write_table(self.terms, file)
        with private(folder / "model.json") as file:
            file.write(self._document())

    @staticmethod
    def remember(saved: Path, folder: Path) -> None:
        """Keep one that was saved by its id, to stay when others are used, and its terms by theirs (mode 0600)."""
        document = json.loads((saved / "model.json").read_text())
        if "id" not in document:  # an earlier version of the program remembered it as it saved it
            return
        folder.mkdir(exist_ok=True, mode=0o700)
        names = {"terms.parquet": f"terms-{document['terms']}.parquet", "model.json": f"{document['id']}.json"}
        for name, copy in ((name, folder / own) for name, own in names.items()):
            if not copy.exists() or copy.stat().st_size != (saved / name).stat().st_size:
                with private(copy.with_suffix(".new")) as file:
                    file.write((saved / name).read_bytes())
                copy.with_suffix(".new").rename(copy)

    def _document(self) -> bytes:
        document = {
            "id": self.id, "settings": settings_digest(), "compared_with": COMPARED_WITH,
            "trained_on": self.trained_on, "of": self.of,
            "terms": self.terms_id, "prevalence": self.prevalence, "size": self.size,
            "prevalence_of": self.prevalence_of,
            "probabilities": self.probabilities,
        }  # fmt: skip
        return (json.dumps(document, indent=1) + "\n").encode()

    @classmethod
    def read(cls, folder: Path) -> Model:
        """What was saved. Of one for other settings than the program's, parameters stay where they fit, and what it had
        no comparison for is as shipped. Raises `OtherGrades` where one has other grades, and `ValueError`, `KeyError`
        or `OSError` where it is not whole."""
        return cls._read(folder / "model.json", folder / "terms.parquet")

    @classmethod
    def remembered(cls, folder: Path, name: str) -> Model:
        """One that was remembered, by its id, as `read` does. Raises `KeyError` where none of that id is whole."""
        document = folder / f"{name}.json"
        if not re.fullmatch("[0-9a-f]{12}", name) or not document.exists():
            raise KeyError(name)
        terms = folder / f"terms-{json.loads(document.read_text()).get('terms')}.parquet"
        if not terms.exists():
            raise KeyError(name)
        return cls._read(document, terms)

    @classmethod
    def _read(cls, path: Path, terms_path: Path) -> Model:
        document = json.loads(path.read_text())
        if document["settings"] != settings_digest():
            document = _fitted(document, path.parent)
        found = cls(
            _pairs(document["probabilities"]), document["prevalence"], document["trained_on"], document["of"],
            pq.read_table(terms_path), document["size"], document.get("prevalence_of", ""),
        )  # fmt: skip
        if document.get("terms", found.terms_id) != found.terms_id:
            raise ValueError(f"{path}: its terms are not those that it was saved with")
        return found

    @staticmethod
    def fits(folder: Path) -> bool:
        """Whether a saved model is of the program's settings, so that pairs are as it scores them."""
        return bool(json.loads((folder / "model.json").read_text())["settings"] == settings_digest())

    @staticmethod
    def is_of_these_libraries(folder: Path) -> bool:
        """Whether pairs were compared with the Splink and the DuckDB that are here."""
        return bool(json.loads((folder / "model.json").read_text()).get("compared_with") == COMPARED_WITH)

    @classmethod
    def shipped(cls) -> Model:
        """Probabilities that come with the program, for graphs too small to train on."""
        document = json.loads((Path(__file__).parent / "shipped.json").read_text())
        return cls(
            _pairs(document["probabilities"]), document["prevalence"], document["trained_on"], SHIPPED, no_terms()
        )


def _fitted(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A saved model's document with a probability for each grade of today."""
    shipped, known = Model.shipped().probabilities, document["probabilities"]
    worth = {one.name: known.get(one.name, shipped[one.name]) for one in COMPARISONS}
    other = [one.name for one in COMPARISONS if len(worth[one.name]) != len(one.grades)]
    if other:
        raise OtherGrades(f"{folder}: the model has other grades of {', '.join(other)}")
    return document | {"probabilities": worth}


def log_odds(share: float) -> float:
    return math.log2(share / (1 - share))


def no_terms() -> pa.Table:
    return pa.table(
        {
            "column": pa.array([], pa.string()),
            "value": pa.array([], pa.string()),
            "frequency": pa.array([], pa.float64()),
        }
    )


def _pairs(worth: Map[str, list[list[float]]]) -> Probabilities:
    return {name: [(m, u) for m, u in grades] for name, grades in worth.items()}
