UNWIND $households AS household
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
MATCH (h)<-[m:MEMBER_OF]-(p:Person)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf)
  AND (m.valid_from IS NULL OR m.valid_from < $to) AND (m.valid_to IS NULL OR m.valid_to > $from)
OPTIONAL MATCH (p)-[k:HAS_IDENTITY]->(i:Identity)
WHERE k.recorded_from <= $asOf AND (k.recorded_to IS NULL OR k.recorded_to > $asOf)
  AND i.recorded_from <= $asOf AND (i.recorded_to IS NULL OR i.recorded_to > $asOf)
WITH household, agencies, secretariats, p, m, collect(i.birth_date) AS births, collect(i.birth_year) AS birth_years, collect(i.sex) AS sexes, collect(i.first_name) AS first_names
RETURN household, p.id AS person, m.role AS role, m.evidence AS evidence, m.confidence AS confidence, m.family AS family, m.valid_from AS since, m.valid_to AS until, births, birth_years, sexes, first_names, agencies, secretariats
ORDER BY household, person, since
