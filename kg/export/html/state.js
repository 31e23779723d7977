"use strict";

/**
 * What the reader has chosen. It stands in the address after `#`, so that a view can be
 * shared and the browser's back and forward work.
 */
kg.state = (() => {
  const hiddenAtFirst = [...kg.graph.predicates]
    .filter(([, predicate]) => predicate.hidden)
    .map(([key]) => key);

  const FIRST = Object.freeze({
    selected: null, // id of a node or statement
    table: null, // name of the table that is shown instead of the picture
    kinds: Object.freeze([]), // kinds that are hidden
    predicates: Object.freeze(hiddenAtFirst), // predicates that are hidden
    confidence: 0, // least confidence of an edge
    shared: 0, // least number of abstracts that name an entity
    years: null, // [first, last]
    document: null, // number of a document
    around: null, // id of a node: only its neighbourhood is shown
    hops: 1,
    from: null, // id of a node where a path begins
    to: null, // id of a node where it ends
    removed: Object.freeze([]), // ids of nodes that are hidden one by one
    expanded: Object.freeze([]), // {id, count}: nodes opened, with so many neighbours
    pinned: Object.freeze([]), // {id, x, y}: nodes that the reader has put somewhere
  });

  const decode = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // half of a code, say, in an address that was cut short
    }
  };
  const list = (text) => (text ? text.split(",").map(decode) : []);
  const number = (text) => (Number.isFinite(Number(text)) ? Number(text) : 0);
  /** Items of an id and numbers, joined by colons. */
  const listOf = (text, ...names) =>
    (text ? text.split(",") : []).flatMap((item) => {
      const [id, ...values] = item.split(":");
      if (values.length !== names.length) return [];
      const numbers = values.map((value) => Math.round(number(value)));
      return [
        Object.fromEntries([
          ["id", decode(id)],
          ...names.map((name, index) => [name, numbers[index]]),
        ]),
      ];
    });
  const READERS = {
    selected: String,
    table: String,
    kinds: list,
    predicates: list,
    confidence: number,
    shared: number,
    years: (text) => {
      const years = text.split("-").map(number);
      return years.length === 2 ? years : null;
    },
    document: (text) => (kg.graph.documents[number(text)] ? number(text) : null),
    around: String,
    hops: (text) => Math.min(3, Math.max(1, Math.round(number(text)))),
    from: String,
    to: String,
    removed: list,
    expanded: (text) =>
      listOf(text, "count").map(({ id, count }) => ({ id, count: Math.max(0, count) })),
    pinned: (text) => listOf(text, "x", "y"),
  };

  const itemToText = (item) =>
    typeof item === "string"
      ? encodeURIComponent(item)
      : Object.values(item).map(encodeURIComponent).join(":");
  const toText = (name, value) => {
    if (name === "years") return value.join("-");
    if (Array.isArray(value)) return value.map(itemToText).join(",");
    return String(value);
  };

  const write = (state) => {
    const parameters = new URLSearchParams();
    for (const [name, first] of Object.entries(FIRST)) {
      const value = state[name];
      if (value === null || JSON.stringify(value) === JSON.stringify(first)) continue;
      parameters.set(name, toText(name, value));
    }
    return `#${parameters}`;
  };

  const read = (hash) => {
    const state = { ...FIRST };
    for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
      if (Object.hasOwn(READERS, name)) state[name] = READERS[name](text);
    }
    return check(state);
  };

  /** The state without what the page does not hold. */
  const check = (state) => {
    const { nodeById, edgeById } = kg.graph;
    if (!nodeById.has(state.selected) && !edgeById.has(state.selected)) state.selected = null;
    for (const name of ["around", "from", "to"]) {
      if (!nodeById.has(state[name])) state[name] = null;
    }
    for (const name of ["expanded", "pinned"]) {
      state[name] = state[name].filter(({ id }) => nodeById.has(id));
    }
    return kg.overview.complete(state);
  };

  let current = read(location.hash);
  const listeners = [];
  const announce = (before) => {
    for (const listener of listeners) listener(current, before);
  };

  /**
   * Change the state.
   * @param {Object} change
   * @param {{replace?: boolean}} options With `replace`, the browser's history gets no entry.
   */
  const set = (change, { replace = false } = {}) => {
    const before = current;
    // While the beginning of a path waits for its end, the next node chosen is the end.
    if (
      before.from !== null &&
      before.to === null &&
      kg.graph.nodeById.has(change.selected) &&
      change.selected !== before.from
    ) {
      change = { ...change, to: change.selected, around: null };
    }
    current = kg.overview.complete({ ...current, ...change });
    const hash = write(current);
    if (hash !== write(before)) {
      try {
        if (replace) history.replaceState(null, "", hash);
        else history.pushState(null, "", hash);
      } catch {
        location.hash = hash; // where a sandbox forbids the history
      }
    }
    announce(before);
  };

  window.addEventListener("popstate", () => {
    const before = current;
    current = read(location.hash);
    if (write(before) !== write(current)) announce(before);
  });

  /** Read the address again, once the page holds more of what it names. */
  const reread = () => {
    const before = current;
    current = read(location.hash);
    announce(before);
  };

  /** The nodes that an address names, each with how many neighbours of it are wanted. */
  const namedIn = (hash) => {
    const parameters = new URLSearchParams(hash.replace(/^#/, ""));
    const named = new Map(READERS.expanded(parameters.get("expanded")).map((e) => [e.id, e.count]));
    for (const name of ["selected", "around", "from", "to"]) {
      const id = parameters.get(name);
      if (id && !named.has(id)) named.set(id, name === "around" ? kg.neighbours.STEP : 0);
    }
    return named;
  };

  return {
    FIRST,
    reread,
    namedIn,
    set,
    get: () => current,
    onChange: (listener) => listeners.push(listener),
    hrefOf: (change) => write({ ...FIRST, ...change }),
  };
})();
