"use strict";

/** The same data as tables, for those who would rather read. */
kg.table = (() => {
  const { nodes, edges, isAbstract, isEntity } = kg.graph;
  const { make, nodeLink } = kg.elements;
  const { aliasesOf } = kg.sections;

  const section = document.getElementById("table");
  const PAGE = 100;

  const edgeLink = (edge) =>
    make(
      "a",
      {
        href: kg.state.hrefOf({ selected: edge.id }),
        onclick: (event) => {
          event.preventDefault();
          kg.state.set({ selected: edge.id });
        },
      },
      edge.predicate,
    );

  const column = (name, value, draw = null) => ({ name, value, draw });
  const TABLES = {
    entities: {
      title: "Entities",
      rows: (visible) => nodes.filter((node) => isEntity(node) && visible.nodes[node.number]),
      columns: [
        column(
          "Name",
          (node) => node.label,
          (node) => nodeLink(node),
        ),
        column("Type", (node) => node.kind),
        column("Abstracts", (node) => node.abstracts),
        column("Mentions", (node) => node.mentions),
        column("Importance", (node) => node.importance ?? 0),
        column("Aliases", (node) => aliasesOf(node).join(", ")),
      ],
      first: ["Importance", -1],
    },
    abstracts: {
      title: "Abstracts",
      rows: (visible) => nodes.filter((node) => isAbstract(node) && visible.nodes[node.number]),
      columns: [
        column(
          "Abstract",
          (node) => node.label,
          (node) => nodeLink(node),
        ),
        column("Year", (node) => node.year ?? ""),
        column("Venue", (node) => node.venue ?? ""),
        column("Authors", (node) => (node.authors ?? []).join(", ")),
        column("Importance", (node) => node.importance ?? 0),
      ],
      first: ["Importance", -1],
    },
    statements: {
      title: "Statements",
      rows: (visible) => edges.filter((edge) => visible.edges[edge.number]),
      columns: [
        column(
          "Subject",
          (edge) => nodes[edge.from].label,
          (edge) => nodeLink(nodes[edge.from]),
        ),
        column("Predicate", (edge) => edge.predicate, edgeLink),
        column(
          "Object",
          (edge) => nodes[edge.to].label,
          (edge) => nodeLink(nodes[edge.to]),
        ),
        column("Category", (edge) => edge.category),
        column("Confidence", (edge) => edge.confidence ?? ""),
      ],
      first: ["Subject", 1],
    },
  };

  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
  const sorting = Object.fromEntries(
    Object.entries(TABLES).map(([name, { first }]) => [
      name,
      { column: first[0], direction: first[1] },
    ]),
  );

  const rowsOf = (name, visible) => {
    const { rows, columns } = TABLES[name];
    const { column: by, direction } = sorting[name];
    const { value } = columns.find((each) => each.name === by);
    return rows(visible).sort(
      (a, b) => direction * compare(value(a), value(b)) || a.number - b.number,
    );
  };

  const tabs = (name) =>
    make(
      "div",
      { class: "tabs", role: "group", "aria-label": "Tables" },
      ...Object.entries(TABLES).map(([each, { title }]) =>
        make(
          "button",
          {
            type: "button",
            "aria-pressed": each === name ? "true" : "false",
            onclick: () => kg.state.set({ table: each }),
          },
          title,
        ),
      ),
    );

  const format = (value) =>
    typeof value === "number" && !Number.isInteger(value) ? value.toFixed(2) : String(value);

  const drawRow =
    ({ columns }) =>
    (row) =>
      make(
        "tr",
        {},
        ...columns.map(({ value, draw }) =>
          make(
            "td",
            typeof value(row) === "number" ? { class: "number" } : { dir: "auto" },
            draw ? draw(row) : format(value(row)),
          ),
        ),
      );

  let drawn = null;

  const draw = (name, visible) => {
    const table = TABLES[name];
    const rows = rowsOf(name, visible);
    const { column: by, direction } = sorting[name];
    const body = make("tbody", {}, ...rows.slice(0, PAGE).map(drawRow(table)));
    const sortButton = (each) =>
      make(
        "th",
        {
          scope: "col",
          "aria-sort": each.name !== by ? "none" : direction > 0 ? "ascending" : "descending",
        },
        make(
          "button",
          {
            type: "button",
            onclick: () => {
              const same = by === each.name;
              sorting[name] = { column: each.name, direction: same ? -direction : 1 };
              draw(name, visible);
              section.querySelector("[aria-sort]:not([aria-sort=none]) button").focus();
            },
          },
          each.name,
          make(
            "span",
            { "aria-hidden": "true" },
            each.name !== by ? "" : direction > 0 ? " ▲" : " ▼",
          ),
        ),
      );
    let length = PAGE;
    const more = make(
      "button",
      {
        type: "button",
        class: "more",
        onclick: () => {
          const fresh = rows.slice(length, length + PAGE).map(drawRow(table));
          body.append(...fresh);
          length += PAGE;
          more.hidden = length >= rows.length;
          if (more.hidden) fresh[0].querySelector("a").focus();
        },
      },
      "Show more rows",
    );
    more.hidden = rows.length <= PAGE;
    section.replaceChildren(
      tabs(name),
      make(
        "table",
        {},
        make("caption", {}, `${rows.length.toLocaleString("en")} ${table.title.toLowerCase()}`),
        make("thead", {}, make("tr", {}, ...table.columns.map(sortButton))),
        body,
      ),
      more,
    );
  };

  /** Show a table of what is visible, or none. */
  const show = (name, visible) => {
    const known = Object.hasOwn(TABLES, name ?? "") ? name : null;
    section.hidden = known === null;
    if (known === null) section.replaceChildren();
    else if (drawn?.name !== known || drawn.visible !== visible) draw(known, visible);
    drawn = known === null ? null : { name: known, visible };
    return known !== null;
  };

  /** A table of what is visible: names of columns, then rows of values. */
  const values = (name, visible) => {
    const { columns } = TABLES[name];
    return [
      columns.map((each) => each.name),
      ...rowsOf(name, visible).map((row) => columns.map((each) => each.value(row))),
    ];
  };

  return { show, values };
})();
