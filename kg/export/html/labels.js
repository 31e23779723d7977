"use strict";

/** The labels of the picture: the most important first, none over another. */
kg.labels = (() => {
  const { nodes, edges, shorten } = kg.graph;

  const FAMILY = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
  const NODE = { font: `12px ${FAMILY}`, size: 12, margin: 6 };
  const STRONG = { font: `600 12px ${FAMILY}`, size: 12, margin: 3 };
  const EDGE = { font: `italic 11px ${FAMILY}`, size: 11, margin: 3 };
  const REGION = { font: `600 12px ${FAMILY}`, size: 12, margin: 6 };
  const [LENGTH, STRONG_LENGTH] = [28, 36];
  const MOST = 160;
  const MOST_OVER_NODES = 30; // so many of the most important may be written over nodes
  const MOST_FOR_EDGES = 40;
  const CELL = 64;
  const CORE = 0.6; // share of a node's radius that labels keep free
  const LEAST_CORE = 2.5; // pixels; what is smaller may be written over
  const FAR = 0.8; // below this scale the names of regions are drawn

  const widths = new Map();
  const widthOf = (ctx, font, text) => {
    const key = font + text;
    if (!widths.has(key)) {
      ctx.font = font;
      widths.set(key, ctx.measureText(text).width);
    }
    return widths.get(key);
  };

  /** Boxes of the screen, found by the cells in which they lie. */
  const makeSpace = () => {
    const cells = new Map();
    const cellsOf = ([left, top, right, bottom]) => {
      const keys = [];
      for (let column = Math.floor(left / CELL); column <= right / CELL; column += 1) {
        for (let row = Math.floor(top / CELL); row <= bottom / CELL; row += 1) {
          keys.push(`${column} ${row}`);
        }
      }
      return keys;
    };
    const overlap = (a, b) => a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3];
    return {
      take: (box) => {
        for (const key of cellsOf(box)) {
          if (cells.has(key)) cells.get(key).push(box);
          else cells.set(key, [box]);
        }
      },
      isFree: (box) =>
        cellsOf(box).every((key) => !(cells.get(key) ?? []).some((other) => overlap(box, other))),
    };
  };

  /** Something that writes on the canvas where no label and, if it can be, no node is. */
  const makeWriter = (ctx, view) => {
    const labels = makeSpace();
    const cores = makeSpace();
    const toScreen = ({ x, y }) => [
      (x - view.center.x) * view.scale + view.width / 2,
      (y - view.center.y) * view.scale + view.height / 2,
    ];

    for (const node of view.drawn) {
      if (!isInView(node, view)) continue;
      const [x, y] = toScreen(view.places[node.number]);
      const radius = node.size * view.scale * CORE;
      if (radius < LEAST_CORE || x < 0 || y < 0 || x > view.width || y > view.height) continue;
      cores.take([x - radius, y - radius, x + radius, y + radius]);
    }

    /** Write a text at the first of some places [x, top] that is free. */
    const write = (text, spots, { font, size, margin }, color, { overNodes, overAll } = {}) => {
      const half = widthOf(ctx, font, text) / 2;
      const boxAt = ([x, top]) => [x - half - margin, top - 1, x + half + margin, top + size + 2];
      const fits = (spot, check) => {
        const box = boxAt(spot);
        if (box[0] < 0 || box[2] > view.width || box[1] < 0 || box[3] > view.height) return false;
        return check(box);
      };
      const spot =
        spots.find((each) => fits(each, (box) => labels.isFree(box) && cores.isFree(box))) ??
        (overNodes ? spots.find((each) => fits(each, labels.isFree)) : undefined) ??
        (overAll ? spots[0] : undefined);
      if (!spot) return false;
      labels.take(boxAt(spot));
      ctx.font = font;
      ctx.strokeText(text, ...spot);
      ctx.fillStyle = color;
      ctx.fillText(text, ...spot);
      return true;
    };

    /** Places beside a node, the best first: below, above, right, left. */
    const beside = (node, text, { font, size }) => {
      const [x, y] = toScreen(view.places[node.number]);
      const away = node.size * view.scale + 3;
      const side = away + 2 + widthOf(ctx, font, text) / 2;
      return [
        [x, y + away],
        [x, y - away - size],
        [x + side, y - size / 2],
        [x - side, y - size / 2],
      ];
    };
    return { toScreen, beside, write };
  };

  /** Whether a node is shown and not faded. */
  const isInView = (node, { shown, focus, isMap }) =>
    shown.nodes[node.number] && !(focus && isMap && !focus.nodes.has(node.number));

  const prepare = (ctx, view) => {
    const density = ctx.canvas.width / view.width;
    ctx.setTransform(density, 0, 0, density, 0, 0);
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.5;
    ctx.strokeStyle = view.paper.background;
  };

  /** Edges whose predicate is written: those of the selection, or of a small arrangement. */
  const namedEdges = ({ shown, focus, selectedNode, isMap }) => {
    if (selectedNode !== null) return [...focus.edges].map((number) => edges[number]);
    return isMap ? [] : edges.filter((edge) => shown.edges[edge.number]);
  };

  /** Write the labels over the picture, in pixels of the screen. */
  const draw = (ctx, view) => {
    const { shown, focus, selectedNode, selectedEdge, hovered, paper, places, scale } = view;
    ctx.save();
    prepare(ctx, view);
    const { toScreen, beside, write } = makeWriter(ctx, view);

    const writeStrong = (number) => {
      const text = shorten(nodes[number].label, STRONG_LENGTH);
      write(text, beside(nodes[number], text, STRONG), STRONG, paper.ink, {
        overNodes: true,
        overAll: true,
      });
    };
    const writeNode = (node, overNodes) => {
      const text = shorten(node.label, LENGTH);
      const color = node.kind === "Abstract" ? paper.faintInk : paper.ink;
      return write(text, beside(node, text, NODE), NODE, color, { overNodes });
    };
    const writeEdge = (edge) => {
      const [from, to] = [toScreen(places[edge.from]), toScreen(places[edge.to])];
      const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2 - EDGE.size / 2];
      write(edge.predicate, [middle], EDGE, paper.faintInk);
    };

    const strong = new Set();
    if (selectedNode !== null && shown.nodes[selectedNode]) strong.add(selectedNode);
    if (hovered !== null) strong.add(hovered);
    if (selectedEdge !== null) {
      strong.add(edges[selectedEdge].from);
      strong.add(edges[selectedEdge].to);
    }
    strong.forEach(writeStrong);
    if (selectedEdge !== null) writeEdge(edges[selectedEdge]);
    if (scale < FAR && !focus) {
      for (const { names, x, y, radius } of kg.regions.names(view)) {
        const spots = [y - radius, y + radius].map((edge) => toScreen({ x, y: edge }));
        const isRoomy = (name) => 2 * radius * scale > 0.7 * widthOf(ctx, REGION.font, name);
        const name = names.find(isRoomy);
        if (name) write(name, spots, REGION, paper.faintInk, { overNodes: true });
      }
    }
    let count = 0;
    for (const node of view.drawn) {
      if (count >= MOST) break;
      if (strong.has(node.number) || !isInView(node, view)) continue;
      if (writeNode(node, count < MOST_OVER_NODES)) count += 1;
    }
    const named = namedEdges(view);
    if (named.length <= MOST_FOR_EDGES) named.forEach(writeEdge);
    ctx.restore();
  };

  return { draw };
})();
