// question: What fell after earnings rose, as it was recorded, by program, how much and how long after?
// parameters: from date, to date
// columns: program, households, losses, mean_lag_months, mean_rise_cents, mean_loss_cents, outweighed
// counting: a loss is the first fall of a program within six months after a household's earnings rose by $50 a month or more, and counts when it came in the span; means are a month, of the losses that are money; outweighed are households of which one program fell by as much as earnings rose, or more
// for: analyst
// grain: aggregate
// needs: LOST_AFTER_RAISE.loss_cents, Household.id
// counts: households, losses, outweighed
// parts: outweighed of households
MATCH (h:Household)-[n:LOST_AFTER_RAISE]->(p:Program)
WHERE n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf) AND n.fell >= $from AND n.fell < $to
RETURN p.id AS program, count(DISTINCT h) AS households, count(n) AS losses, round(avg(n.lag_months), 1) AS mean_lag_months, toInteger(round(avg(n.rise_cents))) AS mean_rise_cents, toInteger(round(avg(n.loss_cents))) AS mean_loss_cents, count(DISTINCT CASE WHEN n.loss_cents >= n.rise_cents THEN h END) AS outweighed
ORDER BY households DESC, program
