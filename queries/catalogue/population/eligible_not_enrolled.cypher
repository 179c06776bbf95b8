// question: Which households do the rules find eligible for a program that no record shows them in?
// parameters: month month
// columns: program, households, certain, least_cents, most_cents
// counting: a household counts when, asking for the program in the month with everything else as recorded, it (of MassHealth and child care, one of its people) would have it; certain, where that is so whatever is not recorded; cents are what they would be paid a month, of programs that pay
// for: analyst
// grain: aggregate
// needs: ELIGIBLE_FOR.month, Household.id
// counts: households, certain
// parts: certain of households
MATCH (h:Household)-[e:ELIGIBLE_FOR {month: $month}]->(p:Program)
WHERE e.recorded_from <= $asOf AND (e.recorded_to IS NULL OR e.recorded_to > $asOf)
RETURN p.id AS program, count(DISTINCT h) AS households, count(DISTINCT CASE WHEN e.certain THEN h END) AS certain, CASE WHEN count(e.low_cents) > 0 THEN sum(e.low_cents) END AS least_cents, CASE WHEN count(e.low_cents) > 0 THEN sum(e.high_cents) END AS most_cents
ORDER BY households DESC, program
