MATCH (h:Household)<-[m:MEMBER_OF]-(p:Person)-[d:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE h.id > $after AND h.recorded_from <= $asOf AND (h.recorded_to IS NULL OR h.recorded_to > $asOf) AND m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf) AND d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
WITH h, collect(DISTINCT b.agency) AS agencies, count(DISTINCT p) AS people
WHERE $clients = 'all' OR ($clients = 'common' AND size(agencies) > 1) OR ($clients = 'own' AND any(a IN agencies WHERE a IN $agencies))
RETURN h.id AS household, people, agencies ORDER BY household LIMIT $first
