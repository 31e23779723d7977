"use strict";

/** The legend, which is the filter too, and the row that says what the view is restricted to. */
kg.filters = (() => {
  const { nodes, edges, kinds, predicates, documents, nodeById, shorten } = kg.graph;
  const { make, sign, stroke } = kg.elements;

  const side = document.getElementById("filters");
  const restrictions = document.getElementById("restrictions");
  const CATEGORY_TITLES = {
    role: "Roles: abstract to entity",
    relation: "Relations: entity to entity",
    link: "Links: abstract to abstract",
    metadata: "From metadata and addresses",
  };

  const countBy = (items, key) => {
    const counts = new Map();
    for (const item of items) counts.set(item[key], (counts.get(item[key]) ?? 0) + 1);
    return counts;
  };
  let kindCounts = countBy(nodes, "kind");
  let keyCounts = countBy(edges, "key");
  const { isServed } = kg.neighbours; // then more may come than there is at first
  const years = [...new Set(nodes.map((node) => node.year).filter(Boolean))].sort((a, b) => a - b);
  const mostShared = nodes.reduce((most, node) => Math.max(most, node.abstracts ?? 0), 1);

  kg.graph.onAdd(() => {
    kindCounts = countBy(nodes, "kind");
    keyCounts = countBy(edges, "key");
  });

  const updates = []; // functions that bring the controls in line with the state

  const checkbox = (field, value, symbol, text, count) => {
    const number = make("span", { class: "count" });
    const box = make("input", {
      type: "checkbox",
      onchange: () => {
        const hidden = new Set(kg.state.get()[field]);
        if (box.checked) hidden.delete(value);
        else hidden.add(value);
        kg.state.set({ [field]: [...hidden].sort() });
      },
    });
    updates.push((state) => {
      box.checked = !state[field].includes(value);
      number.textContent = count().toLocaleString("en");
    });
    return make(
      "label",
      { class: "choice" },
      box,
      symbol,
      make("span", { class: "name" }, text),
      number,
    );
  };

  const group = (title, ...children) =>
    make("fieldset", {}, make("legend", {}, title), ...children);

  const slider = (field, title, { min, max, step, format, read = Number }) => {
    const output = make("output", {});
    const input = make("input", {
      type: "range",
      min,
      max,
      step,
      "aria-label": title,
      oninput: () => kg.state.set({ [field]: read(Number(input.value)) }, { replace: true }),
    });
    updates.push((state) => {
      input.value = String(state[field]);
      output.textContent = format(state[field]);
      input.setAttribute("aria-valuetext", format(state[field]));
    });
    return group(title, make("div", { class: "slider" }, input, output));
  };

  const choice = (title, options, read, write) => {
    const select = make(
      "select",
      {
        "aria-label": title,
        onchange: () => kg.state.set(write(select.value)),
      },
      ...options.map(([value, text]) => make("option", { value }, text)),
    );
    updates.push((state) => (select.value = String(read(state))));
    return select;
  };

  const yearGroup = () => {
    const options = years.map((year) => [year, String(year)]);
    const range = (state) => state.years ?? [years[0], years.at(-1)];
    const write = (first, last) => ({
      years: first === years[0] && last === years.at(-1) ? null : [first, Math.max(first, last)],
    });
    return group(
      "Years",
      make(
        "div",
        { class: "years" },
        choice(
          "First year",
          options,
          (state) => range(state)[0],
          (value) => write(Number(value), range(kg.state.get())[1]),
        ),
        "to",
        choice(
          "Last year",
          options,
          (state) => range(state)[1],
          (value) => write(Math.min(range(kg.state.get())[0], Number(value)), Number(value)),
        ),
      ),
    );
  };

  const documentGroup = () =>
    group(
      "Document",
      choice(
        "Document",
        [["", "all"], ...documents.map((document, number) => [number, document.path])],
        (state) => state.document ?? "",
        (value) => ({ document: value === "" ? null : Number(value) }),
      ),
    );

  const counts = make("p", { class: "facts" });
  const reset = make(
    "button",
    {
      type: "button",
      onclick: () =>
        kg.state.set({
          ...kg.state.FIRST,
          ...kg.overview.backFrom(kg.state.get()),
          table: kg.state.get().table,
        }),
    },
    "Reset",
  );

  side.append(
    make("div", { class: "counts" }, counts, reset),
    group(
      "Nodes",
      ...[...kinds.keys()]
        .filter((kind) => isServed || kindCounts.has(kind))
        .map((kind) => checkbox("kinds", kind, sign(kind), kind, () => kindCounts.get(kind) ?? 0)),
    ),
    ...(mostShared > 1
      ? [
          slider("shared", "Entities named by", {
            min: 1,
            max: Math.min(mostShared, 10),
            step: 1,
            format: (n) => (n < 2 ? "any number" : `${n} or more`),
            read: (n) => (n < 2 ? 0 : n),
          }),
        ]
      : []),
    ...Object.entries(CATEGORY_TITLES).flatMap(([category, title]) => {
      const present = [...predicates].filter(
        ([key, predicate]) => predicate.category === category && (isServed || keyCounts.has(key)),
      );
      if (!present.length) return [];
      return [
        group(
          title,
          ...present.map(([key, predicate]) =>
            checkbox(
              "predicates",
              key,
              stroke(predicate),
              predicate.name,
              () => keyCounts.get(key) ?? 0,
            ),
          ),
        ),
      ];
    }),
    slider("confidence", "Confidence at least", {
      min: 0,
      max: 1,
      step: 0.05,
      format: (share) => `${Math.round(share * 100)}%`,
    }),
    ...(years.length > 1 ? [yearGroup()] : []),
    ...(documents.length > 1 ? [documentGroup()] : []),
  );

  // ---- What the view is restricted to

  const nameOf = (id) => shorten(nodeById.get(id).label, 32);
  const chip = (text, change, action = "Remove this restriction") =>
    make(
      "span",
      { class: "chip" },
      make("span", { dir: "auto" }, text),
      make(
        "button",
        { type: "button", "aria-label": `${action}: ${text}`, onclick: () => kg.state.set(change) },
        "×",
      ),
    );

  const drawRestrictions = (state, visible) => {
    const chips = [];
    if (state.from !== null && state.to === null) {
      chips.push(chip(`Path from ${nameOf(state.from)}: choose where it ends`, { from: null }));
    } else if (state.from !== null) {
      const steps = visible.path.length - 1;
      const length = steps < 0 ? "there is none" : steps === 1 ? "1 step" : `${steps} steps`;
      chips.push(
        chip(`Path from ${nameOf(state.from)} to ${nameOf(state.to)}: ${length}`, {
          from: null,
          to: null,
        }),
      );
    } else if (state.around !== null) {
      chips.push(
        chip(
          `Within ${state.hops} ${state.hops === 1 ? "step" : "steps"} of ${nameOf(state.around)}${
            visible.nodeCount < visible.reached
              ? `: the nearest ${visible.nodeCount} of ${visible.reached.toLocaleString("en")}`
              : ""
          }`,
          { around: null, hops: 1 },
        ),
      );
    }
    if (state.expanded.length) {
      const action = "Back to the overview, without what is";
      chips.push(chip(`${state.expanded.length} opened`, kg.overview.backFrom(state), action));
    }
    if (state.pinned.length) {
      chips.push(chip(`${state.pinned.length} pinned`, { pinned: [] }, "Remove all pins"));
    }
    if (state.removed.length) chips.push(chip(`${state.removed.length} hidden`, { removed: [] }));
    if (state.shared > 1) {
      chips.push(chip(`Entities of ${state.shared} or more abstracts`, { shared: 0 }));
    }
    if (state.years) chips.push(chip(state.years.join(" to "), { years: null }));
    if (state.document !== null) {
      chips.push(chip(documents[state.document].path, { document: null }));
    }
    restrictions.replaceChildren(...chips);
    restrictions.hidden = chips.length === 0;
  };

  /** Bring the controls in line with the state. */
  const update = (state, visible) => {
    for (const bring of updates) bring(state);
    counts.textContent =
      `${visible.nodeCount.toLocaleString("en")} of ${nodes.length.toLocaleString("en")} nodes, ` +
      `${visible.edgeCount.toLocaleString("en")} of ${edges.length.toLocaleString("en")} edges`;
    drawRestrictions(state, visible);
  };

  return { update, element: side };
})();
