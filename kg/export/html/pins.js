"use strict";

/** Nodes that the reader has put somewhere on the map: there they stay. */
kg.pins = (() => {
  const { nodes, nodeById } = kg.graph;

  const STEP = 20; // pixels of the screen that a key moves a node

  const others = (id) => kg.state.get().pinned.filter((pin) => pin.id !== id);
  const isPinned = (node) => kg.state.get().pinned.some((pin) => pin.id === node.id);

  /** Places of the pinned nodes by number. */
  const placesOf = ({ pinned }) =>
    new Map(pinned.map(({ id, x, y }) => [nodeById.get(id).number, { x, y }]));

  /** Pin nodes at places `{number: {x, y}}`. */
  const put = (places, options) => {
    const moved = Object.entries(places).map(([number, { x, y }]) => ({
      id: nodes[number].id,
      x: Math.round(x),
      y: Math.round(y),
    }));
    const ids = new Set(moved.map(({ id }) => id));
    const kept = kg.state.get().pinned.filter(({ id }) => !ids.has(id));
    kg.state.set({ pinned: [...kept, ...moved] }, options);
  };

  const remove = (node) => kg.state.set({ pinned: others(node.id) });

  const ARROWS = {
    ArrowLeft: [-STEP, 0],
    ArrowRight: [STEP, 0],
    ArrowUp: [0, -STEP],
    ArrowDown: [0, STEP],
  };

  /**
   * Let the arrow keys, with Shift, move and pin the selected node.
   * @param {HTMLElement} container Gets the keys.
   * @param {function(): Object} view What the picture shows.
   */
  const listen = (container, view) =>
    container.addEventListener("keydown", (event) => {
      if (!event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
      const { selectedNode, isMap, places, scale, shown } = view();
      if (!(event.key in ARROWS) || selectedNode === null || !isMap) return;
      if (!shown.nodes[selectedNode]) return;
      event.preventDefault();
      const [dx, dy] = ARROWS[event.key];
      const { x, y } = places[selectedNode];
      const place = { x: x + dx / scale, y: y + dy / scale };
      // One entry in the history for a whole way.
      put({ [selectedNode]: place }, { replace: isPinned(nodes[selectedNode]) });
    });

  return { isPinned, placesOf, put, remove, listen };
})();
