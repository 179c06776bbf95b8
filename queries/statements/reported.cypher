MATCH (p:Program)
WHERE EXISTS { MATCH (p)<-[:IN_PROGRAM]-(e:Enrollment) WHERE e.recorded_from <= $asOf }
RETURN p.id AS what
UNION
MATCH (w:Wage) WHERE w.recorded_from <= $asOf
WITH w LIMIT 1
RETURN 'Wage' AS what
UNION
MATCH (i:Income) WHERE i.recorded_from <= $asOf
WITH i LIMIT 1
RETURN 'Income' AS what
UNION
MATCH (c:Circumstance) WHERE c.recorded_from <= $asOf
WITH c LIMIT 1
RETURN 'Circumstance' AS what
