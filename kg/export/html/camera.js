"use strict";

/** Moving the picture: what of it is in view, and how large. */
kg.camera = (() => {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  const MANY_TO_ANIMATE = 1500;
  const [SMALLEST_SCALE, USUAL_SCALE, LARGEST_SCALE] = [0.5, 0.75, 1.3];
  const NEAR_SHARE = 0.8; // of the neighbours, these come into view; far ones are let go

  // vis-network counts frames, not time: where frames are slow, an animation would crawl.
  const animation = ({ shown }) =>
    still.matches || shown.edgeCount > MANY_TO_ANIMATE
      ? false
      : { duration: 250, easingFunction: "easeInOutQuad" };

  const boxOf = (numbers, places) => {
    const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (const number of numbers) {
      const { x, y } = places[number];
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x);
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y);
    }
    return box;
  };

  /** Scale at which a box fits, and its middle. */
  const fit = ({ left, right, top, bottom }, { width, height }, coveredHeight) => ({
    scale: Math.min(width / (right - left + 200), (height - coveredHeight) / (bottom - top + 120)),
    position: { x: (left + right) / 2, y: (top + bottom) / 2 },
  });

  /** The selected node with the nearer of its neighbours, or the ends of an edge. */
  const nearFocus = ({ focus, selectedNode, places }) => {
    if (selectedNode === null) return [...focus.nodes];
    const { x, y } = places[selectedNode];
    const distance = (number) => Math.hypot(places[number].x - x, places[number].y - y);
    const sorted = [...focus.nodes].sort((a, b) => distance(a) - distance(b) || a - b);
    return sorted.slice(0, Math.ceil(sorted.length * NEAR_SHARE));
  };

  /**
   * The ways to move a network.
   * @param {vis.Network} network
   * @param {HTMLElement} container Gets the keys: arrows, plus, minus, 0.
   * @param {function(): Object} view What the picture shows.
   */
  const make = (network, container, view) => {
    /** Move so that all shown nodes are in view. */
    const showAll = ({ animate = true, coveredHeight = 0 } = {}) => {
      const now = view();
      const { drawn, places, width, height } = now;
      const numbers = drawn.map((node) => node.number);
      if (!numbers.length || !width) return;
      const { scale, position } = fit(boxOf(numbers, places), { width, height }, coveredHeight);
      network.moveTo({
        position,
        scale: Math.min(scale, LARGEST_SCALE),
        offset: { x: 0, y: -coveredHeight / 2 },
        animation: animate ? animation(now) : false,
      });
    };

    /** Move so that what is highlighted is in view, beside what a panel covers. */
    const showFocus = (coveredHeight = 0) => {
      const now = view();
      if (!now.focus || !now.width) return;
      const whole = fit(boxOf(nearFocus(now), now.places), now, coveredHeight);
      const isLegible = whole.scale >= SMALLEST_SCALE || now.selectedNode === null;
      network.moveTo({
        position: isLegible ? whole.position : now.places[now.selectedNode],
        scale: isLegible ? Math.min(whole.scale, LARGEST_SCALE) : USUAL_SCALE,
        offset: { x: 0, y: -coveredHeight / 2 },
        animation: animation(now),
      });
    };

    const zoom = (factor) =>
      network.moveTo({ scale: network.getScale() * factor, animation: animation(view()) });

    const move = (dx, dy) => {
      const { center, scale } = view();
      network.moveTo({ position: { x: center.x + dx / scale, y: center.y + dy / scale } });
    };

    const KEYS = {
      ArrowLeft: () => move(-60, 0),
      ArrowRight: () => move(60, 0),
      ArrowUp: () => move(0, -60),
      ArrowDown: () => move(0, 60),
      "+": () => zoom(1.3),
      "=": () => zoom(1.3),
      "-": () => zoom(1 / 1.3),
      0: () => showAll(),
    };
    container.addEventListener("keydown", (event) => {
      const isOther = event.ctrlKey || event.metaKey || event.altKey;
      const movesNode = event.shiftKey && event.key.startsWith("Arrow");
      if (isOther || movesNode || !(event.key in KEYS)) return;
      event.preventDefault();
      KEYS[event.key]();
    });

    return { showAll, showFocus, zoom };
  };

  return { make };
})();
