// The console: sends what is typed, shows what comes back. The key stays in this page's memory.
const element = (id) => document.getElementById(id);

element("query").value = `{
  households(first: 5) { rows { id people agencies } next }
}`;

element("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  const status = element("status");
  let variables;
  try {
    variables = JSON.parse(element("variables").value || "{}");
  } catch {
    status.textContent = "The variables are not JSON.";
    return;
  }
  status.textContent = "…";
  const started = performance.now();
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: `Bearer ${element("key").value}`,
      "X-CCG-Purpose": element("purpose").value,
    },
    body: JSON.stringify({ query: element("query").value, variables }),
  });
  const body = await answer.json();
  status.textContent = `${answer.status}, ${Math.round(performance.now() - started)} ms`;
  element("answer").textContent = JSON.stringify(body, null, 2);
});
