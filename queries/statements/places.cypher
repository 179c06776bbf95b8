UNWIND $households AS household
MATCH (h:Household {id: household})-[l:LIVED_AT]->(a:Address)
WHERE l.recorded_from <= $asOf AND (l.recorded_to IS NULL OR l.recorded_to > $asOf)
  AND (l.valid_from IS NULL OR l.valid_from < $to) AND (l.valid_to IS NULL OR l.valid_to > $from)
OPTIONAL MATCH (a)-[:IN_TOWN]->(t:Town)-[:IN_COUNTY]->(c:County)
RETURN household, a.id AS address, t.name AS town, c.name AS county, l.valid_from AS since, l.valid_to AS until
ORDER BY since
