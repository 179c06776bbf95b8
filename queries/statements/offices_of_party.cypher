MATCH (a:Agency)-[:PART_OF]->(s:Secretariat)
WHERE a.id = $party OR s.id = $party
RETURN a.id AS id ORDER BY id
