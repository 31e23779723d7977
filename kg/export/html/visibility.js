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

  /** Nodes within so many steps of a node, over the edges that are shown. */
  const neighbourhood = (start, hops, edgeShown) => {
    const reached = new Set([start]);
    let border = [start];
    for (let hop = 0; hop < hops; hop += 1) {
      const next = [];
      for (const number of border) {
        for (const edge of edgesAt[number]) {
          const other = otherEnd(edge, number).number;
          if (edgeShown[edge.number] && !reached.has(other)) {
            reached.add(other);
            next.push(other);
          }
        }
      }
      border = next;
    }
    return reached;
  };

  /** Nodes of a shortest path, in order, over the edges that are shown; empty without one. */
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

  /**
   * What is shown.
   * @returns {{nodes: boolean[], edges: boolean[], nodeCount: number, edgeCount: number,
   *   path: number[]}}
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
    let kept = null;
    if (state.from !== null && state.to !== null) {
      path = shortestPath(
        nodeById.get(state.from).number,
        nodeById.get(state.to).number,
        edgeShown,
      );
      kept = new Set(path);
    } else if (state.around !== null) {
      kept = neighbourhood(nodeById.get(state.around).number, state.hops, edgeShown);
    }
    if (kept) {
      for (const node of nodes) nodeShown[node.number] &&= kept.has(node.number);
      for (const edge of edges) edgeShown[edge.number] &&= kept.has(edge.from) && kept.has(edge.to);
    }
    const count = (flags) => flags.reduce((sum, flag) => sum + (flag ? 1 : 0), 0);
    return {
      nodes: nodeShown,
      edges: edgeShown,
      nodeCount: count(nodeShown),
      edgeCount: count(edgeShown),
      path,
    };
  };

  return { compute };
})();
