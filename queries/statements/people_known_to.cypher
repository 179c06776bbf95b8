MATCH (p:Person)-[d:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(b:Batch)-[:SENT_BY]->(a:Agency)
WHERE p.id IN $people AND d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
OPTIONAL MATCH (a)-[:PART_OF]->(s:Secretariat)
RETURN p.id AS person, collect(DISTINCT a.id) AS agencies, collect(DISTINCT s.id) AS secretariats
