// question: Which sequences of combinations are commonest over a span?
// parameters: from date, to date
// columns: path, households, mean_months
// counting: a household's combinations in the order in which they began within the span; months from the first beginning to the last known end or the end of the span, on average
// for: analyst
// grain: aggregate
// needs: BenefitCombination.programs, HAD_COMBINATION.people, Household.id
// counts: households
MATCH (h:Household)-[r:HAD_COMBINATION]->(c:BenefitCombination)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf) AND r.valid_from < $to AND (r.valid_to IS NULL OR r.valid_to > $from)
WITH h, r, c ORDER BY h.id, r.valid_from
WITH h, collect(c.id) AS path, min(r.valid_from) AS began, max(coalesce(r.valid_to, date($to))) AS ended
WITH path, duration.inMonths(began, ended) AS span
RETURN path, count(*) AS households, round(10.0 * avg(span.months)) / 10 AS mean_months
ORDER BY households DESC, path LIMIT 50
