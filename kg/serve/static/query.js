// Sends the query to the endpoint beside the page and shows the answer, always as text.
"use strict";

const ROWS_SHOWN = 1000;
const TYPES = "application/sparql-results+json, text/turtle;q=0.9";

const find = (id) => document.getElementById(id);
const form = find("form");
const field = find("query");
const status = find("status");
const answer = find("answer");
const downloads = find("downloads");
let running = null;

function makeElement(name, text) {
  const element = document.createElement(name);
  if (text !== undefined) {
    element.textContent = text;
  }
  return element;
}

function ask(accept, signal) {
  return fetch("/sparql", {
    method: "POST",
    headers: { "content-type": "application/sparql-query", accept },
    body: field.value,
    signal,
  });
}

function say(text, wrong = false) {
  status.textContent = text;
  status.classList.toggle("wrong", wrong);
}

function showTerm(term) {
  if (!term) {
    return makeElement("span");
  }
  if (term.type === "uri") {
    const link = makeElement("a", term.value);
    link.href = `/resource?iri=${encodeURIComponent(term.value)}`;
    return link;
  }
  if (term.type === "triple") {
    return makeElement("span", JSON.stringify(term.value));
  }
  return makeElement("span", term.type === "bnode" ? `_:${term.value}` : term.value);
}

function showTable(variables, rows) {
  const table = makeElement("table");
  const head = table.createTHead().insertRow();
  for (const variable of variables) {
    const cell = makeElement("th", variable);
    cell.scope = "col";
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows.slice(0, ROWS_SHOWN)) {
    const line = body.insertRow();
    for (const variable of variables) {
      line.insertCell().append(showTerm(row[variable]));
    }
  }
  answer.append(table);
  const shown = rows.length > ROWS_SHOWN ? `, the first ${ROWS_SHOWN} shown` : "";
  return `${rows.length} ${rows.length === 1 ? "row" : "rows"}${shown}`;
}

async function showAnswer(response) {
  if (!response.ok) {
    say((await response.text()).trim(), true);
    return;
  }
  const isGraph = response.headers.get("content-type").startsWith("text/turtle");
  let said = "";
  if (isGraph) {
    answer.append(makeElement("pre", await response.text()));
  } else {
    const result = await response.json();
    said =
      "boolean" in result
        ? `The answer is ${result.boolean ? "yes" : "no"}`
        : showTable(result.head.vars, result.results.bindings);
  }
  say(said);
  downloads.hidden = false;
  for (const button of downloads.querySelectorAll("button")) {
    button.hidden = button.dataset.for !== (isGraph ? "graph" : "table");
  }
}

async function run() {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  answer.replaceChildren();
  downloads.hidden = true;
  say("Running …");
  try {
    await showAnswer(await ask(TYPES, controller.signal));
  } catch (error) {
    if (!controller.signal.aborted) {
      say(`The server cannot be reached (${error.message})`, true);
    }
  }
}

async function download(button) {
  const response = await ask(button.dataset.type);
  if (!response.ok) {
    say((await response.text()).trim(), true);
    return;
  }
  const link = makeElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = button.dataset.name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function updateLink() {
  find("link").href = `/#query=${encodeURIComponent(field.value)}`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
field.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
field.addEventListener("input", updateLink);
find("example").addEventListener("change", (event) => {
  field.value = event.target.value;
  updateLink();
});
for (const button of downloads.querySelectorAll("button")) {
  button.addEventListener("click", () => download(button));
}

function readLink() {
  const given = new URLSearchParams(location.hash.slice(1)).get("query");
  if (given !== null) {
    field.value = given;
  }
  updateLink();
}
window.addEventListener("hashchange", readLink);
readLink();
