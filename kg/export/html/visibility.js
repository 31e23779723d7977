"use strict";

/** Which nodes and edges a state shows. */
kg.visibility = (() => {
  const { nodes, edges, edgesAt, nodeById, isAbstract, isEntity, otherEnd } = kg.graph;

  const passesAlone = (node, state, removed) => {
    if (state.kinds.includes(node.kind) || removed.has(node.id)) return false;
    if (isEntity(node)) return node.abstracts >= state.shared;
    if (!isAbstract(node)) return true;
    if (state.years && !(node.year >= state.years[0] && node.year <= state.years[1])) return false;
    return state.document === null || node.places.some(([number]) => number === state.document);
  };

  const MOST_AROUND = 200; // so many nodes of a neighbourhood can still be read

  /**
   * Nodes within so many steps of a node, over the edges that pass: the nearest first, of equally
   * near ones the most important.
   */
  const neighbourhood = (start, hops, edgeShown) => {
    const reached = new Set([start]);
    let border = [start];
    for (let hop = 0; hop < hops; hop += 1) {
      const next = [];
      const found = new Set();
      for (const number of border) {
        for (const edge of edgesAt[number]) {
          const other = otherEnd(edge, number).number;
          if (edgeShown[edge.number] && !reached.has(other) && !found.has(other)) {
            found.add(other);
            next.push(other);
          }
        }
      }
      border = next.sort((a, b) => nodes[b].size - nodes[a].size || a - b);
      for (const number of border) reached.add(number);
    }
    return [...reached];
  };

  /** Nodes of a shortest path, in order, over the edges that pass; empty without one. */
  const shortestPath = (start, end, edgeShown) => {
    const cameFrom = new Map([[start, null]]);
    let border = [start];
    while (border.length && !cameFrom.has(end)) {
      const next = [];
      for (const number of border) {
        for (const edge of edgesAt[number]) {
          const other = otherEnd(edge, number).number;
          if (edgeShown[edge.number] && !cameFrom.has(other)) {
            cameFrom.set(other, number);
            next.push(other);
          }
        }
      }
      border = next;
    }
    if (!cameFrom.has(end)) return [];
    const path = [];
    for (let at = end; at !== null; at = cameFrom.get(at)) path.unshift(at);
    return path;
  };

  const count = (flags) => flags.reduce((sum, flag) => sum + (flag ? 1 : 0), 0);
  const counted = (nodeFlags, edgeFlags) => ({
    nodes: nodeFlags,
    edges: edgeFlags,
    nodeCount: count(nodeFlags),
    edgeCount: count(edgeFlags),
  });

  /**
   * What is shown. A neighbourhood and a path are looked for in all that is held; else the
   * overview and what is opened from it is drawn.
   * @returns {{nodes: boolean[], edges: boolean[], nodeCount: number, edgeCount: number,
   *   path: number[], reached: number, all: Object}} `reached` counts the nodes of a neighbourhood,
   *   drawn or not; `all` is what is to be read of in a table: what is restricted only by filters,
   *   neighbourhood and path.
   */
  const compute = (state) => {
    const removed = new Set(state.removed);
    const nodeShown = nodes.map((node) => passesAlone(node, state, removed));
    const hidden = new Set(state.predicates);
    const edgePasses = (edge) =>
      nodeShown[edge.from] &&
      nodeShown[edge.to] &&
      !hidden.has(edge.key) &&
      (edge.confidence ?? 1) >= state.confidence;

    if (state.years || state.document !== null) {
      // With some abstracts only, what none of them leads to is not part of the view, even
      // where the abstracts themselves are not shown.
      const allKinds = { ...state, kinds: [] };
      for (const node of nodes) {
        if (isAbstract(node) || !nodeShown[node.number]) continue;
        nodeShown[node.number] = edgesAt[node.number].some((edge) => {
          const other = otherEnd(edge, node.number);
          return isAbstract(other) && passesAlone(other, allKinds, removed);
        });
      }
    }
    const edgeShown = edges.map(edgePasses);

    let path = [];
    let reached = null;
    let kept = null;
    if (state.from !== null && state.to !== null) {
      path = shortestPath(
        nodeById.get(state.from).number,
        nodeById.get(state.to).number,
        edgeShown,
      );
      kept = new Set(path);
    } else if (state.around !== null) {
      const near = neighbourhood(nodeById.get(state.around).number, state.hops, edgeShown);
      reached = near.length;
      kept = new Set(near.slice(0, MOST_AROUND));
    }
    const isRestricted = kept !== null;
    const all = isRestricted ? null : counted(nodeShown, edgeShown);
    if (!isRestricted && !kg.overview.isWhole) kept = kg.overview.drawn(state.expanded);
    const shown =
      kept === null
        ? all
        : counted(
            nodeShown.map((flag, number) => flag && kept.has(number)),
            edgeShown.map((flag, number) => {
              const { from, to } = edges[number];
              return flag && kept.has(from) && kept.has(to);
            }),
          );
    return { ...shown, path, reached: reached ?? shown.nodeCount, all: all ?? shown };
  };

  return { compute };
})();
