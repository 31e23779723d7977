"use strict";

/**
 * Which nodes the picture draws of all that are held: an overview, and the neighbourhoods that
 * the reader has opened. Of a small graph it draws all.
 */
kg.overview = (() => {
  const { nodes, nodeById, edgeById, inOverview } = kg.graph;
  const { STEP } = kg.neighbours;

  const isWhole = inOverview === null;

  /**
   * The numbers of the nodes that are drawn.
   * @param {{id: string, count: number}[]} expanded Nodes that are opened, each with so many
   *   of its neighbours.
   */
  const drawn = (expanded) => {
    if (isWhole) return new Set(nodes.keys());
    const numbers = new Set(inOverview);
    for (const { id, count } of expanded) {
      const node = nodeById.get(id);
      if (!node) continue;
      numbers.add(node.number);
      for (const other of kg.neighbours.of(node.number).slice(0, count)) numbers.add(other);
    }
    return numbers;
  };

  const countOf = (expanded, id) => expanded.find((each) => each.id === id)?.count ?? 0;

  /** How many of a node's neighbours are not drawn. */
  const moreAt = (node, expanded) => {
    if (isWhole) return 0;
    const numbers = drawn(expanded);
    const here = kg.neighbours.of(node.number).filter((other) => numbers.has(other)).length;
    return kg.neighbours.total(node.number) - here;
  };

  /** The count with which a node shows `STEP` neighbours more than are drawn. */
  const nextCount = (node, expanded) => {
    const before = countOf(expanded, node.id);
    const numbers = drawn(expanded);
    const order = kg.neighbours.of(node.number);
    let [count, fresh] = [before, 0];
    while (count < order.length && fresh < STEP) {
      if (!numbers.has(order[count])) fresh += 1;
      count += 1;
    }
    // What is not held yet is not drawn either.
    return kg.neighbours.isServed ? Math.max(count, before + STEP) : count;
  };

  const withCount = (expanded, id, count) => [
    ...expanded.filter((each) => each.id !== id),
    { id, count },
  ];

  /** The nodes that are opened once `STEP` neighbours more of a node are. */
  const expand = (node, expanded) => withCount(expanded, node.id, nextCount(node, expanded));

  /** A state in which what is selected is drawn: with its neighbours if it was not. */
  const complete = (state) => {
    if (isWhole || state.selected === null) return state;
    const edge = edgeById.get(state.selected);
    const ends = edge ? [nodes[edge.from], nodes[edge.to]] : [nodeById.get(state.selected)];
    let { expanded } = state;
    for (const node of ends) {
      if (!node || drawn(expanded).has(node.number)) continue;
      const count = edge ? 0 : nextCount(node, expanded);
      expanded = withCount(expanded, node.id, count);
    }
    return expanded === state.expanded ? state : { ...state, expanded };
  };

  /** The change after which only these are opened; what is not drawn then is not selected. */
  const closeTo = (expanded, selected) => {
    const isDrawn = complete({ selected, expanded }).expanded.length === expanded.length;
    return { expanded, selected: isDrawn ? selected : null };
  };
  const backFrom = ({ selected }) => closeTo([], selected);
  const collapse = (node, { expanded, selected }) =>
    closeTo(
      expanded.filter((each) => each.id !== node.id),
      selected,
    );

  return { isWhole, backFrom, drawn, countOf, moreAt, expand, collapse, complete };
})();
