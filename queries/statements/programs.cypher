MATCH (p:Program)-[:RUN_BY]->(a:Agency)
RETURN p.id AS id, p.name AS name, p.kind AS kind, p.unit AS unit, p.in_agreement AS in_agreement, a.id AS agency
ORDER BY id
