MATCH (h:Household {id: $household})<-[m:MEMBER_OF]-(p:Person)-[d:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(b:Batch)-[:SENT_BY]->(a:Agency)
WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf) AND d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR d.recorded_to > $asOf)
OPTIONAL MATCH (a)-[:PART_OF]->(s:Secretariat)
RETURN collect(DISTINCT a.id) AS agencies, collect(DISTINCT s.id) AS secretariats
