"use strict";

/**
 * The picture while it moves. To draw thousands of edges anew for each frame takes longer than a
 * frame may. So while the reader drags or zooms, vis-network leaves the edges out, and what
 * they looked like is laid under the nodes as an image, with the labels over them.
 */
kg.motion = (() => {
  const MARGIN = 0.6; // of the view's width and height, on each side
  const MOST_PIXELS = 12e6;

  /** Where the line of a bent edge is drawn to. */
  const bend = (from, to, { type, roundness }) => {
    const side = (type === "curvedCW" ? 1 : -1) * roundness;
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    return { x: (from.x + to.x) / 2 + side * dy, y: (from.y + to.y) / 2 - side * dx };
  };

  const paintEdge = (ctx, { from, to, smooth }, { color, opacity, width, dashes }, places) => {
    const [start, end] = [places[from], places[to]];
    ctx.globalAlpha = opacity;
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.setLineDash(dashes || []);
    ctx.beginPath();
    ctx.moveTo(start.x, start.y);
    if (smooth) {
      const via = bend(start, end, smooth);
      ctx.quadraticCurveTo(via.x, via.y, end.x, end.y);
    } else {
      ctx.lineTo(end.x, end.y);
    }
    ctx.stroke();
  };

  const makeCanvas = (width, height) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [Math.ceil(width), Math.ceil(height)];
    return canvas;
  };

  /** An image of edges as they lie in the view and around it. */
  const takeEdges = (edges, view, density) => {
    const width = view.width * (1 + 2 * MARGIN);
    const height = view.height * (1 + 2 * MARGIN);
    const fine = Math.min(density, Math.sqrt(MOST_PIXELS / (width * height)));
    const canvas = makeCanvas(width * fine, height * fine);
    const ctx = canvas.getContext("2d");
    const factor = view.scale * fine;
    const box = {
      left: view.center.x - width / 2 / view.scale,
      top: view.center.y - height / 2 / view.scale,
      width: width / view.scale,
      height: height / view.scale,
    };
    ctx.setTransform(factor, 0, 0, factor, -box.left * factor, -box.top * factor);
    for (const [edge, look] of edges) paintEdge(ctx, edge, look, view.places);
    return { canvas, box };
  };

  /** Whether an image reaches all of the view. */
  const covers = ({ box }, { center, width, height, scale }) => {
    const [dx, dy] = [width / 2 / scale, height / 2 / scale];
    return (
      box.left <= center.x - dx &&
      box.top <= center.y - dy &&
      box.left + box.width >= center.x + dx &&
      box.top + box.height >= center.y + dy
    );
  };

  /**
   * Follow the movements of a network.
   * @param {vis.Network} network
   * @param {Object} parts `view()` gives what the picture shows, `edges(moving)` pairs of edge and
   *   look, without or with only those at the nodes that are dragged; `drawLabels(ctx, view)`.
   */
  const follow = (network, { view, edges, drawLabels }) => {
    let moving = null; // {dragged: Set, isZoom, underlay, labels} while something moves
    let timer = 0;

    const begin = (dragged, isZoom) => {
      moving = { dragged: new Set(dragged), isZoom, underlay: null, labels: null };
    };
    const end = () => {
      moving = null;
      clearTimeout(timer);
    };
    network.on("dragStart", ({ nodes }) => begin(nodes, false));
    network.on("dragEnd", end);
    network.on("zoom", () => {
      if (moving === null) begin([], true);
      if (!moving.isZoom) return;
      clearTimeout(timer);
      // As long as vis-network leaves the edges out.
      timer = setTimeout(() => {
        end();
        network.redraw();
      }, 250);
    });

    const densityOf = (ctx, now) => ctx.canvas.width / now.width;

    network.on("beforeDrawing", (ctx) => {
      if (moving === null) return;
      const now = view();
      if (moving.underlay === null || !covers(moving.underlay, now)) {
        moving.underlay = takeEdges(edges(moving.dragged, false), now, densityOf(ctx, now));
      }
      const { canvas, box } = moving.underlay;
      ctx.drawImage(canvas, box.left, box.top, box.width, box.height);
      if (!moving.dragged.size) return;
      ctx.save();
      for (const [edge, look] of edges(moving.dragged, true)) {
        paintEdge(ctx, edge, look, now.places);
      }
      ctx.restore();
    });

    network.on("afterDrawing", (ctx) => {
      const now = view();
      if (moving === null || moving.isZoom || moving.dragged.size) {
        drawLabels(ctx, now);
        return;
      }
      const density = densityOf(ctx, now);
      if (moving.labels === null) {
        const canvas = makeCanvas(ctx.canvas.width, ctx.canvas.height);
        drawLabels(canvas.getContext("2d"), now);
        moving.labels = { canvas, center: now.center };
      }
      const { canvas, center } = moving.labels;
      const factor = now.scale * density;
      ctx.save();
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.drawImage(canvas, (center.x - now.center.x) * factor, (center.y - now.center.y) * factor);
      ctx.restore();
    });
  };

  return { follow };
})();
