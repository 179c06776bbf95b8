// question: Which sequences of combinations are commonest over a span, and how long does each last?
// parameters: from date, to date, top integer=50
// columns: path, households, mean_months
// counting: a household's combinations in the order in which they began, one that goes on with other people still being one; mean_months has the months of each within the span, on average; the $top commonest are told
// for: analyst
// grain: aggregate
// needs: BenefitCombination.programs, HAD_COMBINATION.people, Household.id
// counts: households
MATCH (h:Household)-[r:HAD_COMBINATION]->(c:BenefitCombination)
WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf) AND r.valid_from < $to AND (r.valid_to IS NULL OR r.valid_to > $from)
WITH h, r, c ORDER BY h.id, r.valid_from
WITH h, c.id AS combination, CASE WHEN r.valid_from < $from THEN date($from) ELSE r.valid_from END AS began, CASE WHEN r.valid_to IS NULL OR r.valid_to > $to THEN date($to) ELSE r.valid_to END AS ended
WITH h, combination, began, ended, duration.inMonths(began, ended) AS span
WITH h, collect({combination: combination, began: began, ended: ended, months: span.months}) AS spans
WITH h, reduce(merged = [], s IN spans | CASE WHEN size(merged) > 0 AND last(merged).combination = s.combination AND last(merged).ended = s.began THEN merged[0..size(merged) - 1] + [{combination: s.combination, ended: s.ended, months: last(merged).months + s.months}] ELSE merged + [{combination: s.combination, ended: s.ended, months: s.months}] END) AS spans
WITH h, [s IN spans | s.combination] AS path, [s IN spans | s.months] AS months
WITH path, count(*) AS households, collect(months) AS every
ORDER BY households DESC, path LIMIT $top
UNWIND range(0, size(path) - 1) AS place
UNWIND every AS months
WITH path, households, place, round(10.0 * avg(months[place])) / 10 AS mean
ORDER BY households DESC, path, place
RETURN path, households, collect(mean) AS mean_months
