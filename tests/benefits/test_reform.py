"""A reform: what it changes is in force in its time and nowhere else, and what is wrong with one is said."""

from datetime import date
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits.month import simulate
from benefits.parameters import Parameters, UnknownParameter, parameters
from benefits.reform import ReformError, parse, read
from tests.benefits.families import family

JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)


def reform(folder: Path, text: str, name: str = "reform.yaml") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_another_value_another_part_and_so_many_times_are_in_force_in_their_time(tmp_path: Path) -> None:
    file = reform(
        tmp_path,
        "from: 2026-07-01\nuntil: 2026-10-01\nchanges:\n"
        "  tafdc/earned_disregard_rate: 0.75\n"
        "  tafdc/full_disregard: {fpl_cap: 2.5}\n"
        "  tafdc/payment_standard_private: {times: 2}\n",
    )
    found = read(file)

    def values(month: date) -> tuple[float, float, float]:
        law = Parameters.at(month)
        standard = law["tafdc/payment_standard_private"]
        return law["tafdc/earned_disregard_rate"], law["tafdc/full_disregard"]["fpl_cap"], standard["3"]

    published = values(JULY)
    with found.in_force():
        assert values(JULY) == (0.75, 2.5, 2 * published[2])
        assert values(date(2026, 6, 1)) == values(OCTOBER) == published
        others = Parameters.at(JULY)["tafdc/full_disregard"].keys()
    assert others == parameters()["tafdc/full_disregard"].value(JULY).value.keys()
    assert values(JULY) == published


def test_a_size_of_a_table_goes_by_a_number_or_a_word(tmp_path: Path) -> None:
    texts = [
        f"from: 2026-03-01\nchanges: {{snap/max_allotment: {{{size}: 900, each_additional: 1}}}}\n"
        for size in ("3", "'3'")
    ]
    by_number, by_word = (read(reform(tmp_path, text)) for text in texts)
    assert by_number.version == by_word.version
    published = Parameters.at(JULY)["snap/max_allotment"]
    with by_number.in_force():
        table = Parameters.at(JULY).by_size("snap/max_allotment", np.array([2, 3, 9]))
    assert table.tolist() == [published["2"] * 100, 900_00, published["8"] * 100 + 100]


def test_it_holds_over_values_that_are_published_later_and_marks_them(tmp_path: Path) -> None:
    file = reform(tmp_path, "from: 2024-07-01\nchanges: {snap/max_allotment: {times: 1.5}}\n")
    after = date(2025, 10, 1)
    published = Parameters.at(after)["snap/max_allotment"]
    with read(file).in_force():
        law = Parameters.at(after)
        assert law["snap/max_allotment"] == {size: amount * 1.5 for size, amount in published.items()}
        assert law.used["snap/max_allotment"].confirmed == "reform"


def test_rules_go_by_it_and_only_where_it_is_asked(tmp_path: Path) -> None:
    found = read(reform(tmp_path, "from: 2026-01-01\nchanges: {tafdc/earned_disregard_rate: 0.75}\n"))
    cases = family(date(2026, 3, 1), [30, 4, 9], [1_000, 0, 0], tafdc=True)

    def grant() -> int:
        return int(simulate(cases).parts["TAFDC"][0])

    seen: list[int] = []
    before = grant()
    with found.in_force():
        assert grant() - before == 200_00  # a quarter of what is left of 1,000 after 200
        other = Thread(target=lambda: seen.append(grant()))
        other.start()
        other.join()
    assert seen == [before] == [grant()]


def test_what_is_not_found_stays_so_where_it_is_not_changed(tmp_path: Path) -> None:
    key, month = "connectorcare/enrollee_premium", date(2025, 10, 1)
    with pytest.raises(UnknownParameter):
        Parameters.at(month)[key]
    with read(reform(tmp_path, "from: 2025-07-01\nchanges: {connectorcare/fpl_range: {to: 6.0}}\n")).in_force():
        with pytest.raises(UnknownParameter):
            Parameters.at(month)[key]
        assert Parameters.at(month)["connectorcare/fpl_range"]["to"] == 6.0


def test_a_reform_may_build_on_another(tmp_path: Path) -> None:
    reform(tmp_path, "from: 2026-01-01\nchanges: {tafdc/earned_disregard_rate: 0.75}\n", "first.yaml")
    file = reform(tmp_path, "from: 2026-07-01\nbuilds_on: first.yaml\nchanges: {tafdc/child_support_disregard: 100}\n")
    found = read(file)
    with found.in_force():
        assert Parameters.at(JULY)["tafdc/earned_disregard_rate"] == 0.75
        assert Parameters.at(JULY)["tafdc/child_support_disregard"] == 100
        assert Parameters.at(date(2026, 6, 1))["tafdc/child_support_disregard"] != 100
    assert found.version != read(tmp_path / "first.yaml").version


RIGHT = "from: 2026-07-01\nchanges: {tafdc/earned_disregard_rate: 0.75}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from: 2026-07-01\n", "changes: no parameter is changed"),
        ("changes: {tafdc/earned_disregard_rate: 0.75}\n", "from: no day is given"),
        (RIGHT.replace("07-01", "07-15"), "from: 2026-07-15 is no first day of a month"),
        (RIGHT + "until: 2026-07-01\n", "until: 2026-07-01 is not after 2026-07-01"),
        (RIGHT + "untill: 2027-07-01\n", "untill: no such field; closest: until"),
        (RIGHT.replace("disregard_rate", "disregrad_rate"), "closest: tafdc/earned_disregard_rate"),
        (RIGHT.replace("0.75", "much"), "changes.tafdc/earned_disregard_rate: 'much' is no number"),
        (RIGHT.replace("0.75", "-1"), "changes.tafdc/earned_disregard_rate: -1 is below nothing"),
        (RIGHT.replace("0.75", "{times: often}"), "earned_disregard_rate.times: 'often' is no number of times"),
        ("from: 2026-07-01\nchanges: {tafdc/full_disregard: 6}\n", "changes.tafdc/full_disregard: it has parts: "),
        ("from: 2026-07-01\nchanges: {tafdc/full_disregard: {cap: 6}}\n", "tafdc/full_disregard.cap: no such part"),
        (RIGHT.replace("{", "{tafdc/earned_disregard_rate: 0.5, "), "tafdc/earned_disregard_rate stands twice"),
        ("from: [", "it is no YAML that can be read"),
        ("- from\n", "it has no `from` and `changes`"),
        (RIGHT + "builds_on: reform.yaml\n", "builds_on: reforms go round in a circle: reform.yaml → reform.yaml"),
        (RIGHT + "builds_on: none.yaml\n", "none.yaml: it cannot be read"),
        (RIGHT + "builds_on: other.yaml\n", "changes.tafdc/earned_disregard_rate: other.yaml changes it otherwise"),
    ],
)
def test_what_is_wrong_with_a_reform_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    reform(tmp_path, RIGHT.replace("0.75", "0.6"), "other.yaml")
    with pytest.raises(ReformError) as error:
        read(reform(tmp_path, text))
    assert said in str(error.value)


@settings(max_examples=100, deadline=None)
@given(
    key=st.sampled_from(sorted(parameters())), begins=st.dates(date(2023, 1, 1), date(2027, 1, 1)),
    months=st.integers(1, 30), at=st.dates(date(2023, 1, 1), date(2028, 1, 1)),
)  # fmt: skip
def test_outside_of_its_time_everything_is_as_published_and_one_time_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, key: str, begins: date, months: int, at: date
) -> None:
    def value(one: dict[str, object]) -> object:
        try:
            return one[key].value(at.replace(day=1)).value  # type: ignore[attr-defined]
        except UnknownParameter:
            return None

    begins = begins.replace(day=1)
    total = begins.year * 12 + begins.month - 1 + months
    ends = date(total // 12, total % 12 + 1, 1)
    folder = tmp_path_factory.mktemp("reforms")
    try:
        found = read(reform(folder, f"from: {begins}\nuntil: {ends}\nchanges: {{{key}: {{times: 1}}}}\n"))
    except ReformError:
        assert not any(char.isdigit() for char in str(parameters()[key].entries[0].value))  # nothing to be more or less
        return
    published = value(dict(parameters()))
    if not begins <= at.replace(day=1) < ends or published is not None:
        assert value(dict(found.over(parameters()))) == published


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("from: 2026-13-01\nchanges: {snap/tba_months: 6}", "no YAML that can be read"),
        ("from: 2026-07-01 00:00:00\nchanges: {snap/tba_months: 6}", "no first day of a month"),
        ("from: 2026-07-01\nchanges: {snap/tba_months: .nan}", "is no number"),
        ("from: 2026-07-01\nchanges: {snap/max_allotment: {times: .inf}}", "no number of times"),
        ("? [a]\n: 1", "no YAML that can be read"), ("[" * 5_000, "no YAML that can be read"), ("\x01", "no YAML"),
        ("a: &a [x]\nfrom: 2026-07-01\nname: [*a, *a]\nchanges: {}", "an alias"),
        ("name: [x]\nfrom: 2026-07-01\nchanges: {snap/tba_months: 6}", "a name is a text"),
        (f"name: {'x' * 101}\nfrom: 2026-07-01\nchanges: {{snap/tba_months: 6}}", "a name is a text"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_reform_is_refused_whatever_it_is(text: str, why: str) -> None:
    with pytest.raises(ReformError, match=why):
        parse(text)
