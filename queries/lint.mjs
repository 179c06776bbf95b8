// Lint every .cypher file with Neo4j's own front end, under Cypher 5 and Cypher 25.
import { lintCypherQuery } from "@neo4j-cypher/language-support";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

const here = new URL(".", import.meta.url).pathname;
const files = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : path.endsWith(".cypher") ? [path] : [];
  });

let problems = 0;
const found = files(here);
for (const path of found) {
  const text = readFileSync(path, "utf8");
  const parameters = Object.fromEntries([...text.matchAll(/\$(\w+)/g)].map((match) => [match[1], null]));
  for (const version of ["CYPHER 5", "CYPHER 25"]) {
    const { diagnostics } = lintCypherQuery(`${version} ${text}`, { parameters }, {});
    for (const item of diagnostics) {
      problems += 1;
      console.error(`${relative(here, path)} (${version}, line ${item.range.start.line + 1}): ${item.message}`);
    }
  }
}
console.log(`${found.length} .cypher files, ${problems} problems`);
process.exit(problems ? 1 : 0);
