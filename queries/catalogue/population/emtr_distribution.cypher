// question: How much of the next $1,000 a year would households lose?
// parameters: month month
// columns: lost, households
// counting: a household counts once, by the share of the next $1,000 a year of its main earner that taxes, benefits and premiums take, in the month's ladder
// for: analyst
// grain: aggregate
// needs: Ladder.month, Ladder.next_rate, Household.id
// counts: households
MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month})
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf)
WITH h, CASE WHEN l.next_rate IS NULL THEN 'not known' WHEN l.next_rate < 0 THEN 'nothing: more is gained' WHEN l.next_rate < 0.2 THEN '0 to 20 %' WHEN l.next_rate < 0.4 THEN '20 to 40 %' WHEN l.next_rate < 0.6 THEN '40 to 60 %' WHEN l.next_rate < 0.8 THEN '60 to 80 %' WHEN l.next_rate <= 1 THEN '80 to 100 %' ELSE 'more than is earned' END AS lost, l.next_rate AS rate
RETURN lost, count(DISTINCT h) AS households
ORDER BY lost
