"""docs/questions.md: the thirty questions, how each is asked, and what the sample answers.

`python -m docs.questions DATA` writes it, from a data directory that `ccg demo` made.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from api.app import create_app
from ccg.demo import PARTY, PURPOSE, ROLE, choose
from ccg.opening import counter, now
from ledger import keys
from queries import catalogue

PAGE = Path(__file__).with_name("questions.md")
ASKERS = {
    "caseworker": (PARTY, ROLE, PURPOSE), "analyst": ("EOHHS", "analyst", "evaluation"),
    "designer": ("EOHHS", "designer", "policy_design"),
}  # fmt: skip
TITLES = {
    "caseworker": "A caseworker, of a household", "analyst": "An analyst, of all households",
    "designer": "A program designer, of a rule",
}  # fmt: skip
LONGEST, WIDEST = 24, 150
"""Lines and letters of an answer that are shown."""
IDS = re.compile(r"\b([HP])[0-9a-f]{24}\b")


@dataclass(frozen=True)
class Question:
    """A question, and one way to ask it: GraphQL of a `household`, or of `all`, or a query of the `catalogue`. `how`
    says it in words, also where only the command line answers, or nothing does yet."""

    number: int
    name: str
    asker: str
    asks: str
    how: str
    household: str | None = None
    all: str | None = None
    catalogue: str | None = None
    given: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def graphql(self) -> str | None:
        if self.household:
            return f"query ($id: ID!) {{ household(id: $id) {{ {self.household} }} }}"
        return self.all


REFORM = "name: Half as much again\\nfrom: 2026-10-01\\nchanges: {tafdc/earned_disregard_rate: 0.75}"
QUESTIONS = (
    Question(1, "offerImpact", "caseworker", "What does this offer change, month by month, by program?",
             "`cliffPath`; `ccg path HOUSEHOLD --earnings 3147` draws it and writes the family's page.",
             household="""cliffPath(month: "2026-10-01", begins: "2026-11-01", monthlyEarnings: 314700, months: 4) {
    months { month net { low high } withoutChange { low } events { program because } } trough { cents } }"""),
    Question(2, "lossCalendar", "caseworker", "Which benefits end or fall even if nothing changes, when, and why?",
             "`lossCalendar`.",
             household='lossCalendar(month: "2026-10-01", months: 6) { months { month events { program because } } }'),
    Question(3, "reportingDuties", "caseworker", "What must this household report or renew, to whom, by when?",
             "`reportingDuties`, with what follows if it does not.",
             household='reportingDuties(since: "2026-10-01") { program agency duty due follows }'),
    Question(4, "nextCliff", "caseworker", "How much more may an earner earn before $50 or more a month are lost?",
             "`cliffLadder`: the first cliff above what is earned now; `earner:` asks of another adult.",
             household="""cliffLadder(month: "2026-10-01") { recordedEarnings
    cliffs { peakEarnings troughEarnings loss { low } } }"""),
    Question(5, "cliffEnd", "caseworker", "At which earnings is the household as well off again?",
             "`recoveryEarnings` of each cliff.",
             household='cliffLadder(month: "2026-10-01") { cliffs { peakEarnings recoveryEarnings } }'),
    Question(6, "cliffCause", "caseworker", "Which program and rule cause each dollar of it, in which order?",
             "`causes` of each cliff; `explanation` takes each program's amount apart, by rule.",
             household='cliffLadder(month: "2026-10-01") { cliffs { causes { program fallsAt loss { low } } } }'),
    Question(7, "resourcesVsExpenses", "caseworker", "Net cash against rent, child care, utilities and premiums?",
             "`resourcesVsExpenses`.",
             household="""resourcesVsExpenses(month: "2026-10-01", months: 1) { months { month cash { low }
    expenses { kind amount { cents status } } left { low } } }"""),
    Question(8, "transitionalSupports", "caseworker", "Which help starts, and ends, because another ended?",
             "Events of the path: transitional SNAP and MassHealth, stipends, care between reviews.",
             household="""cliffPath(month: "2026-10-01", begins: "2026-11-01", monthlyEarnings: 314700, months: 9) {
    months { month events { kind because } } }"""),
    Question(9, "reentryRisk", "caseworker", "If the job ends, how long until each lost benefit is back?",
             "`then` with 0 ends the job; with `appliesAgainMonths`, SNAP and TAFDC come back so long after they are "
             "asked for. How long a place in care is waited for is not known: its whole price is paid meanwhile.",
             household="""cliffPath(month: "2026-10-01", begins: "2026-11-01", monthlyEarnings: 600000, months: 10,
    then: [{month: "2027-03-01", monthlyEarnings: 0}], appliesAgainMonths: 1) {
    months { month net { low } withoutChange { low } events { kind program } } }"""),
    Question(10, "otherChange", "caseworker", "The same for a birth, a birthday, a move, a separation, another rent?",
             "`births`, `moves` and `separations` of `cliffPath`; birthdays come by themselves.",
             household="""cliffPath(month: "2026-10-01", months: 3, births: ["2026-12-01"]) {
    months { month net { low } withoutChange { low } events { kind } } }"""),
    Question(11, "bundlePrevalence", "analyst", "Households and people by combination in a month?",
             "Catalogue, or `benefitCombinations`.", catalogue="bundle_prevalence", given={"month": "2026-10-01"}),
    Question(12, "agencyOverlap", "analyst", "People known to each pair of agencies?",
             "Catalogue, or `sharedClients`.", catalogue="agency_overlap"),
    Question(13, "nearThreshold", "analyst", "Households whose next cliff is near, by program that causes it?",
             "Catalogue.", catalogue="near_threshold", given={"month": "2026-10-01", "within_cents": 50_000}),
    Question(14, "emtrDistribution", "analyst", "Households by what the next $1,000 a year lose?",
             "Catalogue.", catalogue="emtr_distribution", given={"month": "2026-10-01"}),
    Question(15, "cliffGapTotal", "analyst", "What is missing after a raise, over all households?",
             "Catalogue.", catalogue="cliff_gap", given={"month": "2026-10-01", "raise_cents": 20_000}),
    Question(16, "stackedThresholds", "analyst", "For how many do several programs fall within one band?",
             "Catalogue.", catalogue="stacked_thresholds", given={"month": "2026-10-01", "band_cents": 50_000}),
    Question(17, "observedPaths", "analyst", "Commonest sequences of combinations, and how long each lasts?",
             "Catalogue.", catalogue="observed_paths", given={"from": "2024-01-01", "to": "2026-11-01", "top": 5}),
    Question(18, "eligibleNotEnrolled", "analyst", "Households that the rules find eligible and no record shows?",
             "Catalogue.", catalogue="eligible_not_enrolled", given={"month": "2026-10-01"}),
    Question(19, "churn", "analyst", "Enrolments that end and start again within 90 days?",
             "Catalogue.", catalogue="churn", given={"from": "2024-01-01", "to": "2026-11-01"}),
    Question(20, "recertCollision", "analyst", "Households with two or more recertifications due in one month?",
             "Catalogue.", catalogue="recert_collision", given={"from": "2026-11-01", "to": "2027-05-01"}),
    Question(21, "outcomesByCombination", "analyst", "Wages and attainment before, during and after a combination?",
             "Catalogue, or `outcomes`.", catalogue="outcomes_by_combination",
             given={"combination": "MASSHEALTH+SNAP"}),
    Question(22, "phaseOut", "designer", "Net resources over earnings under today's rule and a changed one?",
             "`ccg reform FILE --household ID` gives both ladders' cliffs and months; `--cliffs` those of all."),
    Question(23, "bridgeSizing", "designer", "The money that would fill every trough of a cohort?",
             "`bridgeSizing`, or `ccg bridge`: of all near a cliff, by month and program; of a household, `trough` and "
             "`bridge` of its path.",
             all="""{ bridgeSizing(month: "2026-10-01", raise: 30000, within: 50000, months: 12) {
    months { place month households short bridgeLow bridgeHigh }
    falls { place program households fallLow fallHigh } } }"""),
    Question(24, "pilotCohort", "designer", "Households that meet conditions, counted?",
             "Catalogue: near a cliff, by county.", catalogue="pilot_cohort",
             given={"month": "2026-10-01", "within_cents": 50_000}),
    Question(25, "minimumWageShock", "designer", "Who crosses which threshold if low wages rise?",
             "Catalogue: hours are those of the newest wages.", catalogue="minimum_wage",
             given={"month": "2026-10-01", "hourly_cents": 2_200}),
    Question(26, "disregardReform", "designer", "What does a changed disregard do to cliffs, months and cost?",
             "`reform`, or `ccg reform FILE --cliffs`.",
             all=f"""{{ reform(text: "{REFORM}", months: 2, cliffs: true) {{
    fares {{ households gain lose same either }} costs {{ program households costLow costHigh }}
    cliffs {{ program households removed made }} }} }}"""),
    Question(27, "holdHarmless", "designer", "What does keeping a benefit n months after the limit do?",
             "`reform` of the parameter that counts the months, as `snap/tba_months`, on one household's path; of all "
             "households only amounts of single months differ."),
    Question(28, "linkageBreak", "designer", "Which households lose a second program because a first one confers it?",
             "`reform` that turns an edge off, as `edges/tafdc_confers_snap: false`: `turns` counts who has nothing.",
             all="""{ reform(text: "from: 2026-10-01\\nchanges: {edges/tafdc_confers_snap: false}", months: 1) {
    turns { program householdsWithout monthsWithout } } }"""),
    Question(29, "pathSafeOccupations", "designer", "Which wages leave no month worse off?",
             "`breakEven`: from which wage on no month is, and from which all months together are not.",
             household="""breakEven(begins: "2026-11-01", month: "2026-10-01", months: 12) {
    overall { least most } eachMonth { least most } }"""),
    Question(30, "localVariation", "designer", "Any of it by town or county, with suppression?",
             "Who is near a cliff, what would bridge a raise and what programs spend or save by it (`pilot_cohort`, "
             "`bridgeSizing`, by county); of a household, `spending` of its path. The others are of all.",
             all="""{ bridgeSizing(month: "2026-10-01", raise: 60000, within: 150000, months: 4, by: COUNTY) {
    programs { place program households spentLow spentHigh } } }"""),
)  # fmt: skip


def page(data: Path) -> str:
    """The page, with the answers of a data directory."""
    lines = [
        "<!-- `python -m docs.questions DATA` writes this page, DATA being what `ccg demo` made. -->",
        "# Thirty questions", "",
        "Each with one way to ask it and what the demo's sample answers; counts below the smallest cell are left out.",
        "`ccg query NAME` asks the catalogue ([how each counts](catalogue.md)), `POST /graphql` the rest",
        "([how](graphql.md)).",
    ]  # fmt: skip
    with counter(data) as opened, TestClient(create_app(opened)) as client:
        today = now().date()
        secrets = {who: keys.issue(opened.ledger, *ASKERS[who][:2], today + timedelta(days=1), today) for who in ASKERS}

        def as_(who: str) -> None:
            client.headers.update({"Authorization": f"Bearer {secrets[who]}", "X-CCG-Purpose": ASKERS[who][2]})

        as_("caseworker")
        home = choose(client)
        asker = ""
        for one in QUESTIONS:
            if one.asker != asker:
                asker = one.asker
                lines += ["", f"## {TITLES[asker]}"]
            lines += ["", f"### {one.number}. {one.name}", "", f"*{one.asks}* {one.how}"]
            if one.graphql:
                as_(asker)
                asked = {"query": one.graphql, "variables": {"id": home} if one.household else {}}
                answer = client.post("/graphql", json=asked).json()
                if answer.get("errors"):
                    raise SystemExit(f"{one.name}: {answer['errors'][0]['message']}")
                told = answer["data"]["household"] if one.household else answer["data"]
                lines += ["", "```graphql", one.household or one.graphql, "```", "", "```json", *_shown(told), "```"]
            elif one.catalogue:
                visit = opened.visit(secrets[asker], ASKERS[asker][2])
                told = visit.query(one.catalogue, dict(one.given), visit.newest)
                given = "".join(f" -p {name}={value}" for name, value in one.given.items())
                lines += ["", f"`ccg query {one.catalogue}{given}`", "", *_table(one.catalogue, told.rows)]
    return "\n".join(lines) + "\n"


def _shown(told: Any) -> Iterator[str]:
    """An answer a line an item, ids taken out, as far as it is shown."""
    text = IDS.sub(r"\1…", json.dumps(told, ensure_ascii=False))
    lines = re.sub(r"(?<=[\[,]) ?(?=\{)", "\n ", text).splitlines()
    for line in lines[:LONGEST]:
        yield line if len(line) <= WIDEST else line[: WIDEST - 1] + "…"
    if len(lines) > LONGEST:
        yield f" … ({len(lines) - LONGEST} more)"


def _table(name: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    columns = catalogue.find(name).columns
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    for row in rows[:LONGEST]:
        yield f"| {' | '.join('' if row[column] is None else str(row[column]) for column in columns)} |"
    if len(rows) > LONGEST:
        yield f"| … {len(rows) - LONGEST} more |" + " |" * (len(columns) - 1)


def main() -> int:
    if len(sys.argv) != 2:
        print("python -m docs.questions DATA", file=sys.stderr)
        return 2
    PAGE.write_text(page(Path(sys.argv[1])), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
