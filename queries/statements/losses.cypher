UNWIND $households AS household
MATCH (h:Household {id: household})-[n:LOST_AFTER_RAISE]->(p:Program)
WHERE n.recorded_from <= $asOf AND (n.recorded_to IS NULL OR n.recorded_to > $asOf)
RETURN household, p.id AS program, n.raised AS raised, n.fell AS fell, n.lag_months AS lag, n.rise_cents AS rise, n.loss_cents AS loss
ORDER BY household, fell, program
