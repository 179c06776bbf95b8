MATCH (a:Agency)-[:PART_OF]->(s:Secretariat)
OPTIONAL MATCH (a)-[:SUCCEEDS]->(b:Agency)
RETURN a.id AS id, a.name AS name, s.name AS secretariat, b.id AS succeeds, a.valid_from AS valid_from, a.valid_to AS valid_to
ORDER BY id
