// question: What were wages and attainment before, during and after a combination?
// parameters: combination text, quarters integer=4, quarters_before integer=4
// columns: phase, people, with_wages, mean_quarter_wages_cents, attainments
// counting: adults who were members when their household entered the combination, each once, from the first entering to the last leaving; after it are only those who have left it; before is $quarters_before quarters, after is $quarters; a quarter's wages count in the phase in which the quarter begins
// for: analyst
// grain: aggregate
// needs: BenefitCombination.programs, Wage.amount_cents, EducationAttainment.level
// counts: people, with_wages, attainments
// parts: with_wages of people
MATCH (c:BenefitCombination {id: $combination})<-[r:HAD_COMBINATION]-(h:Household)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf) AND r.valid_from <= $asOf
MATCH (h)<-[m:MEMBER_OF {role: 'adult'}]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf) AND m.valid_from <= r.valid_from AND (m.valid_to IS NULL OR m.valid_to > r.valid_from)
WITH p, min(r.valid_from) AS entered, max(coalesce(r.valid_to, date('9000-01-01'))) AS left
UNWIND [['before', entered - duration({months: 3 * $quarters_before}), entered], ['during', entered, CASE WHEN left > $asOf THEN date($asOf) ELSE left END], ['after', left, left + duration({months: 3 * $quarters})]] AS phase
WITH p, left, phase[0] AS phase, phase[1] AS since, phase[2] AS until
WHERE phase <> 'after' OR left <= $asOf
CALL (p, since, until) {
  OPTIONAL MATCH (p)-[k:WORKED_IN]->(:Employment)-[:EARNED]->(w:Wage)
  WHERE k.recorded_from <= $asOf AND (k.recorded_to IS NULL OR k.recorded_to > $asOf) AND w.valid_from >= since AND w.valid_from < until AND w.recorded_from <= $asOf AND (w.recorded_to IS NULL OR w.recorded_to > $asOf)
  RETURN sum(w.amount_cents) AS wages, count(DISTINCT w.valid_from) AS worked
}
CALL (p, since, until) {
  OPTIONAL MATCH (p)-[k:ATTAINED]->(a:EducationAttainment {status: 'completed'})
  WHERE k.recorded_from <= $asOf AND (k.recorded_to IS NULL OR k.recorded_to > $asOf) AND a.valid_to >= since AND a.valid_to < until AND a.recorded_from <= $asOf AND (a.recorded_to IS NULL OR a.recorded_to > $asOf)
  RETURN count(a) AS attained
}
RETURN phase, count(p) AS people, sum(CASE WHEN worked > 0 THEN 1 ELSE 0 END) AS with_wages, CASE WHEN sum(worked) = 0 THEN null ELSE toInteger(round(1.0 * sum(wages) / sum(worked))) END AS mean_quarter_wages_cents, sum(attained) AS attainments
ORDER BY phase
