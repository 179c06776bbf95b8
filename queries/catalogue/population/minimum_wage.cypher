// question: Who crosses which cliff if hourly wages below some amount rise to it?
// parameters: month month, hourly_cents integer=2000
// columns: falls, households, mean_loss_cents
// counting: a household counts when the main earner of its ladder of the month was paid less an hour in the newest span of wages of which hours are recorded, once for each program that falls at a cliff between earnings of now and those that rise by as much as wages do; hours stay as they are; its loss is that program's part of those cliffs
// for: designer
// grain: aggregate
// needs: Ladder.month, Cliff.loss_cents, Wage.hours, Household.id
// counts: households
MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month})
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf) AND l.status <> 'unknown' AND l.earnings_cents > 0
MATCH (e:Person {id: l.earner})-[k:WORKED_IN]->(:Employment)-[:EARNED]->(w:Wage)
WHERE k.recorded_from <= $asOf AND (k.recorded_to IS NULL OR k.recorded_to > $asOf) AND w.recorded_from <= $asOf AND (w.recorded_to IS NULL OR w.recorded_to > $asOf) AND w.hours > 0 AND w.valid_from <= $month
WITH h, l, w ORDER BY coalesce(w.valid_to, date('9999-12-31')) DESC
WITH h, l, collect(w) AS wages
WITH h, l, [w IN wages WHERE coalesce(w.valid_to, date('9999-12-31')) = coalesce(head(wages).valid_to, date('9999-12-31'))] AS newest
WITH h, l, reduce(cents = 0.0, w IN newest | cents + w.amount_cents) / reduce(hours = 0.0, w IN newest | hours + w.hours) AS hourly
WHERE hourly < $hourly_cents
OPTIONAL MATCH (l)-[:HAS_STEP]->(:IncomeStep)-[:DROPS_AT]->(c:Cliff)-[cause:CAUSED_BY]->(p:Program)
WHERE c.peak_earnings_cents >= l.earnings_cents AND c.peak_earnings_cents < l.earnings_cents * $hourly_cents / hourly
WITH h, coalesce(p.id, 'nothing') AS falls, sum(coalesce(cause.loss_cents, 0)) AS loss
RETURN falls, count(DISTINCT h) AS households, toInteger(round(avg(loss))) AS mean_loss_cents
ORDER BY households DESC, falls
