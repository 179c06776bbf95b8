MATCH (p:Program)
WHERE EXISTS { MATCH (p)<-[:IN_PROGRAM]-(e:Enrollment) WHERE e.recorded_from <= $asOf }
RETURN p.id AS what
UNION
MATCH (w:Wage)
WHERE w.recorded_from <= $asOf
WITH w LIMIT 1
RETURN 'Wage' AS what
