"use strict";

/** Where the nodes of a small view lie: a neighbourhood in rings, a path in a row. */
kg.arrangement = (() => {
  const { nodes, edgesAt, kinds, otherEnd } = kg.graph;

  const RING_DISTANCE = 170;
  const SPACE = 62;
  const STEP = 220;
  const kindOrder = new Map([...kinds.keys()].map((kind, index) => [kind, index]));

  /** Nodes around a start, each ring ordered by the angle of the node that led to it. */
  const inRings = (start, edgeShown) => {
    const places = new Map([[start, { x: 0, y: 0 }]]);
    let border = [start];
    let radius = 0;
    while (border.length) {
      const next = [];
      const seen = new Set(places.keys());
      for (const number of border) {
        const found = [];
        for (const edge of edgesAt[number]) {
          const other = otherEnd(edge, number).number;
          if (!edgeShown[edge.number] || seen.has(other)) continue;
          seen.add(other);
          found.push(other);
        }
        found.sort((a, b) => kindOrder.get(nodes[a].kind) - kindOrder.get(nodes[b].kind) || a - b);
        next.push(...found);
      }
      radius = Math.max(radius + RING_DISTANCE, (next.length * SPACE) / (2 * Math.PI));
      for (const [index, number] of next.entries()) {
        const angle = (2 * Math.PI * (index + 0.5)) / next.length - Math.PI / 2;
        places.set(number, {
          x: Math.round(radius * Math.cos(angle)),
          y: Math.round(radius * Math.sin(angle)),
        });
      }
      border = next;
    }
    return places;
  };

  const inRow = (path) =>
    new Map(path.map((number, index) => [number, { x: index * STEP, y: (index % 2) * 60 }]));

  /** Places for a state's view by node, or null where the whole map is shown. */
  const of = (state, visible) => {
    if (state.from !== null && state.to !== null) return inRow(visible.path);
    if (state.around === null) return null;
    return inRings(kg.graph.nodeById.get(state.around).number, visible.edges);
  };

  return { of };
})();
