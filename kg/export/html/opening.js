"use strict";

/** Opening more of the graph: in the picture what the page holds, else what its server has. */
kg.opening = (() => {
  const { state, overview, neighbours } = kg;
  const root = document.documentElement;

  const loading = new Map(); // by id of node: what it is waited for with
  const failed = new Set();
  let whenLoaded = () => {};

  const fetchNeighbours = async (id, count) => {
    root.dataset.loading = "true";
    await neighbours.load(id, count).catch(() => failed.add(id));
    loading.delete(id);
    whenLoaded();
    if (failed.has(id)) kg.say("The server could not answer; there is nothing more to show");
    if (!loading.size) delete root.dataset.loading;
  };

  /** Hold the first `count` neighbours of a node, where they are not held yet. */
  const load = (id, count = neighbours.STEP) => {
    if (failed.has(id) || !neighbours.isMissing(id, count)) return Promise.resolve();
    if (!loading.has(id)) loading.set(id, fetchNeighbours(id, count));
    return loading.get(id);
  };

  /** Hold what a state opens. */
  const loadOpened = ({ expanded }) => {
    for (const { id, count } of expanded) load(id, count);
  };

  /** Hold what the address names, and read it again. */
  const loadNamed = async () => {
    if (!neighbours.isServed) return;
    const missing = [...state.namedIn(location.hash)].filter((named) =>
      neighbours.isMissing(...named),
    );
    if (!missing.length) return;
    await Promise.all(missing.map((named) => load(...named)));
    state.reread();
  };

  /** Draw more neighbours of a node on the map. */
  const expand = (node) => {
    const { expanded } = state.get();
    if (overview.moreAt(node, expanded) > 0) {
      failed.delete(node.id);
      state.set({ selected: node.id, expanded: overview.expand(node, expanded), table: null });
    }
  };
  const collapse = (node) => state.set(overview.collapse(node, state.get()));

  return {
    load,
    loadOpened,
    loadNamed,
    expand,
    collapse,
    onLoad: (listener) => (whenLoaded = listener),
  };
})();
