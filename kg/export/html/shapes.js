"use strict";

/** Shapes that vis-network has not: a page for abstracts, a ring for repositories. */
kg.shapes = (() => {
  const tracePage = (ctx, x, y, r) => {
    const [w, h, fold] = [r * 0.8, r, r * 0.5];
    ctx.beginPath();
    ctx.moveTo(x - w, y - h);
    ctx.lineTo(x + w - fold, y - h);
    ctx.lineTo(x + w, y - h + fold);
    ctx.lineTo(x + w, y + h);
    ctx.lineTo(x - w, y + h);
    ctx.closePath();
  };
  const traceRing = (ctx, x, y, r) => {
    ctx.beginPath();
    ctx.arc(x, y, r * 0.7, 0, 2 * Math.PI);
    ctx.closePath();
  };

  /** A renderer for vis-network's shape `custom`; `paper` gives background and ink. */
  const renderer = (trace, isHollow, paper) =>
    function render({ ctx, x, y, state, style }) {
      const r = style.size;
      return {
        drawNode() {
          trace(ctx, x, y, r);
          ctx.fillStyle = isHollow ? paper().background : style.color;
          ctx.fill();
          ctx.lineWidth = isHollow ? r * 0.35 : state.selected ? 3 : 1;
          ctx.strokeStyle = isHollow
            ? style.color
            : state.selected
              ? paper().ink
              : paper().background;
          ctx.stroke();
        },
        nodeDimensions: { width: 2 * r, height: 2 * r },
      };
    };

  /** The properties with which vis-network draws a shape. */
  const propertiesOf = (shape, paper) => {
    if (shape === "page") {
      return { shape: "custom", ctxRenderer: renderer(tracePage, false, paper) };
    }
    if (shape === "ring") return { shape: "custom", ctxRenderer: renderer(traceRing, true, paper) };
    return { shape };
  };

  /**
   * Let a network see where its nodes are. It draws only those whose bounding box is in view, and
   * takes that from when the node was last drawn; of shapes of our own it does not even do so.
   */
  const follow = (network) =>
    network.on("beforeDrawing", (ctx) => {
      for (const node of Object.values(network.body.nodes)) node.updateBoundingBox(ctx, false);
    });

  return { propertiesOf, follow };
})();
