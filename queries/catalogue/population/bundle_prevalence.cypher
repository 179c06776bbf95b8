// question: How many households and people have each combination of benefits in a month?
// parameters: month month
// columns: combination, households, people
// counting: a household has the set of the agreement's programs in force for any member on a day of the month; people are its members in that span
// for: analyst
// grain: aggregate
// needs: BenefitCombination.programs, HAD_COMBINATION.people, Household.id
// counts: households, people
MATCH (c:BenefitCombination)<-[r:HAD_COMBINATION]-(h:Household)
WHERE r.valid_from <= $month AND (r.valid_to IS NULL OR r.valid_to > $month)
  AND r.recorded_from <= $asOf AND (r.recorded_to IS NULL OR r.recorded_to > $asOf)
RETURN c.id AS combination, count(h) AS households, sum(r.people) AS people
ORDER BY households DESC, combination
