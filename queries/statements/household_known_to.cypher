WITH $household AS household
MATCH (h:Household {id: household})<-[k:MEMBER_OF]-(:Person)
WHERE k.recorded_from <= $asOf AND (k.recorded_to IS NULL OR k.recorded_to > $asOf)
WITH household, h, max(coalesce(k.valid_to, date('9999-12-31'))) AS last
MATCH (h)<-[k:MEMBER_OF]-(:Person)-[d:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(b:Batch)
WHERE k.recorded_from <= $asOf AND (k.recorded_to IS NULL OR k.recorded_to > $asOf)
  AND d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
  AND (k.valid_to IS NULL OR k.valid_to > $asOf OR k.valid_to = last)
WITH household, h, collect(DISTINCT b.agency) AS agencies
OPTIONAL MATCH (a:Agency)-[:PART_OF]->(s:Secretariat) WHERE a.id IN agencies
WITH household, h, agencies, collect(DISTINCT s.id) AS secretariats
RETURN agencies, secretariats
