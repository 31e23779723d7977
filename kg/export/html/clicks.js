"use strict";

/** Clicks on the picture, single and double. */
kg.clicks = (() => {
  const { nodes, edges } = kg.graph;

  const [TIME, DISTANCE] = [400, 12]; // milliseconds and pixels between two taps
  const NEVER = { time: -Infinity, x: 0, y: 0, node: null };

  /**
   * Follow the clicks on a network.
   * @param {vis.Network} network
   * @returns {{onClick: function, onOpen: function}} Ways to listen: for clicks with
   *   `listener(node, edge)`, both null for a click on nothing, and for double clicks on a node.
   */
  const make = (network) => {
    let last = NEVER;
    let opened = () => {};
    const isBeside = (x, y) => Math.hypot(x - last.x, y - last.y) < DISTANCE;
    const openLast = () => {
      const { node } = last;
      last = NEVER;
      if (node) opened(node);
    };

    // The first click brings the panel and moves the picture: the second, wherever it lands, is
    // meant for the same node, and for nothing else.
    let isSecond = false;
    document.addEventListener(
      "mousedown",
      ({ detail, clientX, clientY }) => {
        isSecond = detail === 2 && last.node !== null && isBeside(clientX, clientY);
        if (isSecond) openLast();
      },
      true,
    );
    document.addEventListener(
      "click",
      (event) => {
        if (!isSecond || event.detail === 0) return;
        event.preventDefault();
        event.stopPropagation();
      },
      true,
    );

    const onClick = (listener) =>
      network.on("click", ({ nodes: [number], edges: [edge], event: { center, srcEvent } }) => {
        const { x, y } = center;
        if (isSecond) return;
        if (srcEvent.timeStamp - last.time < TIME && isBeside(x, y)) {
          openLast();
          return;
        }
        const node = nodes[number] ?? null;
        last = { time: srcEvent.timeStamp, x, y, node };
        listener(node, node ? null : (edges[edge] ?? null));
      });
    const onOpen = (listener) => (opened = listener);
    return { onClick, onOpen };
  };

  return { make };
})();
