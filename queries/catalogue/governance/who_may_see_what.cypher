// question: Who may see what, for which purpose, at which grain, of whom?
// parameters: on date
// columns: party, roles, purpose, grain, clients, smallest_cell, elements, agreement
// counting: one line a grant of the agreement in use, which is that of the newest published load, where it is in force on the day
// for: analyst
// grain: agreement
// needs: none
MATCH (a:Agreement)<-[:UNDER]-(b:Batch {status: 'published'})
WHERE b.received <= $asOf
WITH a, max(b.received) AS newest ORDER BY newest DESC, a.id LIMIT 1
MATCH (a)-[:GRANTS]->(g:Grant)-[:GRANTED_TO]->(p:Party)
WHERE a.valid_from <= $on AND a.valid_to > $on
MATCH (g)-[:FOR_PURPOSE]->(u:Purpose)
MATCH (g)-[:COVERS]->(e:DataElement)
WITH a, g, p, u, e ORDER BY e.id
RETURN p.id AS party, g.roles AS roles, u.id AS purpose, g.grain AS grain, g.clients AS clients, g.smallest_cell AS smallest_cell, collect(e.id) AS elements, a.id AS agreement
ORDER BY party, purpose, grain
