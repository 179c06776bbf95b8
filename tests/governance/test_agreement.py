"""The agreement as a document, and what it decides."""

from datetime import date

import pytest
import yaml

from governance.agreement import Agreement, read_agreement
from governance.decision import Denied, decide
from governance.examples import text
from governance.problems import DocumentError
from governance.roster import Roster, read_roster

DAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def roster() -> Roster:
    return read_roster("roster", text("massachusetts_roster.yaml"))


@pytest.fixture(scope="module")
def agreement(roster: Roster) -> Agreement:
    return read_agreement("agreement", text("massachusetts_agreement.yaml"), roster)


def test_the_example_has_fourteen_signatories_over_nine_agencies_and_six_programs(
    roster: Roster, agreement: Agreement
) -> None:
    agencies = {agency.id for agency in roster.agencies}
    signed = {signatory.party for signatory in agreement.signatories}
    assert len(signed) == 14
    assert len(signed & agencies) == 9
    assert len(signed - agencies) == 5
    assert sum(program.in_agreement for program in roster.programs) == 6


def test_all_errors_come_at_once_with_their_paths(roster: Roster) -> None:
    document = yaml.safe_load(text("massachusetts_agreement.yaml"))
    document["signatories"][13]["party"] = "NOBODY"
    document["grants"][1]["purpose"] = "curiosity"
    document["grants"][0]["elements"].append("shoe_size")
    document["expires"] = document["effective"]
    with pytest.raises(DocumentError) as caught:
        read_agreement("agreement", yaml.safe_dump(document), roster)
    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["expires", "signatories[13].party", "grants[0].elements", "grants[1].purpose"]


def test_errors_of_form_do_not_hide_those_of_reference(roster: Roster) -> None:
    document = yaml.safe_load(text("massachusetts_agreement.yaml"))
    document["grants"][2]["grain"] = "street"
    document["grants"][1]["purpose"] = "curiosity"
    document["elements"][0]["class"] = "shoe"
    document["signatories"][0]["receives"] = False
    document["grants"][3]["party"] = document["signatories"][0]["party"]
    with pytest.raises(DocumentError) as caught:
        read_agreement("agreement", yaml.safe_dump(document), roster)
    paths = {problem.path for problem in caught.value.problems}
    assert {"grants[2].grain", "elements[0].class", "grants[1].purpose", "grants[3].party"} <= paths


def test_every_error_of_a_roster_comes_at_once() -> None:
    document = yaml.safe_load(text("massachusetts_roster.yaml"))
    document["agencies"][0]["secretariat"] = "NOWHERE"
    document["programs"][1]["kind"] = "shoes"
    document["programs"][2]["run_by"] = "NOBODY"
    document["edges"] = [{"type": "EXCLUDES", "source": "SNAP", "target": "TAFDC", "citation": "none"}]
    document["programs"].append(document["programs"][0])
    with pytest.raises(DocumentError) as caught:
        read_roster("roster", yaml.safe_dump(document))
    assert [problem.path for problem in caught.value.problems] == [
        "programs[1].kind", "edges", f"programs[{len(document['programs']) - 1}].id", "agencies[0].secretariat",
        "programs[2].run_by", "edges",
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["- a list", "just words", "a: [unclosed"])
def test_a_file_that_is_no_document_is_refused(words: str, roster: Roster) -> None:
    for read in (read_roster, lambda name, given: read_agreement(name, given, roster)):
        with pytest.raises(DocumentError, match=r"\(file\)"):
            read("file", words)


def test_errors_of_form_name_their_place_too(roster: Roster) -> None:
    document = yaml.safe_load(text("massachusetts_agreement.yaml"))
    document["grants"][2]["grain"] = "street"
    document["obligations"]["retention_days"] = -1
    with pytest.raises(DocumentError) as caught:
        read_agreement("agreement", yaml.safe_dump(document), roster)
    assert {problem.path for problem in caught.value.problems} == {
        "grants[2].grain",
        "obligations.retention_days",
    }


def test_an_expired_agreement_decides_nothing(agreement: Agreement) -> None:
    with pytest.raises(Denied, match="AGREEMENT_NOT_IN_FORCE"):
        decide(agreement, "DTA", "caseworker", "service_coordination", agreement.expires)


@pytest.mark.parametrize(
    ("party", "role", "purpose", "code"),
    [
        ("DTA", "caseworker", "curiosity", "PURPOSE_UNKNOWN"),
        ("DTA", "analyst", "service_coordination", "NOT_GRANTED"),
        ("NOBODY", "caseworker", "service_coordination", "NOT_GRANTED"),
    ],
)
def test_without_a_grant_nothing_is_open(agreement: Agreement, party: str, role: str, purpose: str, code: str) -> None:
    with pytest.raises(Denied, match=code):
        decide(agreement, party, role, purpose, DAY)


def test_a_finer_grant_opens_coarser_answers_and_not_the_other_way(agreement: Agreement) -> None:
    casework = decide(agreement, "DTA", "caseworker", "service_coordination", DAY)
    assert "wages" in casework.elements("aggregate")
    analyst = decide(agreement, "EOHHS", "analyst", "evaluation", DAY)
    assert analyst.elements("person") == frozenset()
    assert analyst.clients("person") is None


def test_what_is_not_covered_is_named(agreement: Agreement) -> None:
    casework = decide(agreement, "DTA", "caseworker", "service_coordination", DAY)
    asked = frozenset({"Identity.ssn_token", "Identity.first_name", "Wage.amount_cents"})
    assert casework.allows("person", asked) == {"Identity.ssn_token"}
