"use strict";

/**
 * The picture: vis-network with the project's own labels and highlighting. The network holds
 * only what is drawn, so that what is not costs nothing.
 */
kg.picture = (() => {
  const { nodes, edges, edgesAt, kinds, predicates, otherEnd, shorten } = kg.graph;
  const container = document.getElementById("picture");

  const FADED_NODE = 0.1;
  const FADED_EDGE = 0.06;
  const STRONG_EDGE = 0.95;
  const [EDGE_OPACITY, EDGE_OPACITY_OF_MANY] = [0.45, 0.3];
  const MANY_EDGES = 1000;

  const NOTHING = { nodes: [], edges: [], nodeCount: 0, edgeCount: 0 };
  let shown = { ...NOTHING, all: NOTHING };
  let focus = null; // {nodes: Set, edges: Set} of what is highlighted, or null
  let selectedNode = null;
  let selectedEdge = null;
  let hovered = null;
  const places = []; // by number, where nodes are drawn, or would be
  let arranged = null;
  let byImportance = []; // nodes that are drawn

  // ---- Colours

  const { colorOf, readPaper } = kg.theme;
  let paper = readPaper();

  const nodeColor = (node) => {
    const background = colorOf(kinds.get(node.kind));
    const strong = { background, border: paper.ink };
    return { background, border: paper.background, highlight: strong, hover: strong };
  };
  const edgeColor = (edge, opacity) => {
    const color = colorOf(predicates.get(edge.key));
    return { color, highlight: color, hover: color, opacity };
  };

  // ---- The network

  const drawnNodes = new vis.DataSet();
  const drawnEdges = new vis.DataSet();
  const network = new vis.Network(
    container,
    { nodes: drawnNodes, edges: drawnEdges },
    {
      physics: false,
      layout: { improvedLayout: false },
      interaction: { hover: true, hideEdgesOnDrag: true, hideEdgesOnZoom: true, keyboard: false },
      nodes: { borderWidth: 1, borderWidthSelected: 3 },
      edges: {
        arrows: { to: { scaleFactor: 0.4 } },
        selectionWidth: 2,
        hoverWidth: 1,
        smooth: false,
      },
    },
  );

  // ---- Showing, hiding, fading: only what changes is handed to vis-network

  const nodeLooks = new Map(); // by number: {x, y, opacity} of each node that is drawn
  const edgeLooks = new Map(); // by number: {opacity} of each edge that is drawn

  const newNode = (node, look) => ({
    id: node.number,
    size: node.size,
    color: nodeColor(node),
    ...kg.shapes.propertiesOf(node.shape, () => paper),
    ...look,
  });
  const isDirected = ({ category, predicate }) =>
    (category === "relation" && predicate !== "comparedWith") || predicate === "buildsOn";
  const newEdge = (edge, { opacity }) => ({
    id: edge.number,
    from: edge.from,
    to: edge.to,
    width: edge.width,
    dashes: edge.dashes,
    smooth: edge.smooth,
    color: edgeColor(edge, opacity),
    arrows: isDirected(edge) ? "to" : undefined,
  });

  const opacityOf = (edgeNumber) => {
    const usual = shown.edgeCount > MANY_EDGES ? EDGE_OPACITY_OF_MANY : EDGE_OPACITY;
    if (focus && focus.edges.has(edgeNumber)) return STRONG_EDGE;
    if (arranged !== null) return focus ? EDGE_OPACITY / 2 : STRONG_EDGE;
    return focus ? FADED_EDGE : usual;
  };
  const isStrong = (number) => !focus || arranged !== null || focus.nodes.has(number);
  const bothShown = (edge) => shown.nodes[edge.from] && shown.nodes[edge.to];

  /** Bring a data set in line with the looks that its items are to have. */
  const bring = (dataSet, looks, wanted, make, change) => {
    const updates = [];
    for (const [number, look] of wanted) {
      const before = looks.get(number);
      looks.set(number, look);
      if (before === undefined) updates.push(make(number, look));
      else if (Object.keys(look).some((name) => look[name] !== before[name])) {
        updates.push(change(number, look));
      }
    }
    if (updates.length) dataSet.update(updates);
    return updates.length > 0;
  };
  const drop = (dataSet, looks, wanted) => {
    const gone = [...looks.keys()].filter((number) => !wanted.has(number));
    for (const number of gone) looks.delete(number);
    if (gone.length) dataSet.remove(gone);
    return gone.length > 0;
  };

  const refresh = () => {
    const wantedNodes = new Map();
    for (const { number } of byImportance) {
      const { x, y } = places[number];
      wantedNodes.set(number, { x, y, opacity: isStrong(number) ? 1 : FADED_NODE });
    }
    const wantedEdges = new Map();
    for (const edge of edges) {
      const { number } = edge;
      if (shown.edges[number] || (number === selectedEdge && bothShown(edge))) {
        wantedEdges.set(number, { opacity: opacityOf(number) });
      }
    }
    const changes = [
      drop(drawnEdges, edgeLooks, wantedEdges),
      drop(drawnNodes, nodeLooks, wantedNodes),
      bring(
        drawnNodes,
        nodeLooks,
        wantedNodes,
        (number, look) => newNode(nodes[number], look),
        (number, look) => ({ id: number, ...look }),
      ),
      bring(
        drawnEdges,
        edgeLooks,
        wantedEdges,
        (number, look) => newEdge(edges[number], look),
        (number, { opacity }) => ({ id: number, color: edgeColor(edges[number], opacity) }),
      ),
    ];
    if (!changes.includes(true)) network.redraw();
  };

  /**
   * Show what is visible, on the map or where an arrangement places it.
   * @param {Object} visible As `kg.visibility` computes it.
   * @param {?Map} arrangement Places by number of node; null for the map.
   * @param {Map} pins Places on the map of nodes that the reader has put somewhere.
   */
  const setShown = (visible, arrangement, pins) => {
    shown = visible;
    arranged = arrangement;
    byImportance = nodes
      .filter(({ number }) => shown.nodes[number])
      .sort((a, b) => b.size - a.size || a.number - b.number);
    for (const node of nodes) {
      const { x, y } = arrangement?.get(node.number) ?? pins.get(node.number) ?? node;
      places[node.number] = { x, y };
    }
    if (!shown.nodes[hovered]) hideTip();
    refresh();
  };

  /** Highlight a node with its neighbours, or an edge with its ends, or nothing. */
  const select = (node, edge) => {
    selectedNode = node ? node.number : null;
    selectedEdge = edge ? edge.number : null;
    focus = null;
    if (node) {
      const around = edgesAt[node.number].filter((at) => shown.edges[at.number]);
      focus = {
        nodes: new Set([node.number, ...around.map((at) => otherEnd(at, node.number).number)]),
        edges: new Set(around.map((at) => at.number)),
      };
    } else if (edge) {
      focus = { nodes: new Set([edge.from, edge.to]), edges: new Set([edge.number]) };
    }
    refresh();
    network.setSelection(
      {
        nodes: nodeLooks.has(selectedNode) ? [selectedNode] : [],
        edges: edgeLooks.has(selectedEdge) ? [selectedEdge] : [],
      },
      { highlightEdges: false },
    );
  };

  kg.theme.onChange(() => {
    paper = readPaper();
    drawnNodes.update(byImportance.map((node) => ({ id: node.number, color: nodeColor(node) })));
    for (const number of edgeLooks.keys()) edgeLooks.set(number, {});
    refresh();
  });

  // ---- Under the nodes the regions, over them the labels

  const view = () => ({
    shown,
    drawn: byImportance,
    focus,
    selectedNode,
    selectedEdge,
    hovered,
    paper,
    places,
    isMap: arranged === null,
    scale: network.getScale(),
    center: network.getViewPosition(),
    width: container.clientWidth,
    height: container.clientHeight,
  });
  network.on("beforeDrawing", (ctx) => kg.regions.draw(ctx, view()));
  kg.motion.follow(network, {
    view,
    edges: (dragged, moving) =>
      [...edgeLooks].flatMap(([number, { opacity }]) => {
        const edge = edges[number];
        if ((dragged.has(edge.from) || dragged.has(edge.to)) !== moving) return [];
        const { width, dashes } = edge;
        return [[edge, { color: colorOf(predicates.get(edge.key)), opacity, width, dashes }]];
      }),
    drawLabels: kg.labels.draw,
  });

  kg.shapes.follow(network);
  const camera = kg.camera.make(network, container, view);
  kg.pins.listen(container, view);

  // ---- Pointing and clicking

  const hideTip = () => {
    kg.tip.hide();
    if (hovered !== null) {
      hovered = null;
      network.redraw();
    }
  };
  network.on("hoverNode", ({ node, event }) => {
    hovered = node;
    const { kind, label, aliases } = nodes[node];
    const others = aliases?.length ? ` (${aliases.slice(0, 4).join(", ")})` : "";
    kg.tip.show(`${kind}: ${label}${others}`, event, container);
  });
  network.on("hoverEdge", ({ edge, event }) => {
    const { from, predicate, to } = edges[edge];
    const [subject, object] = [from, to].map((number) => shorten(nodes[number].label, 40));
    kg.tip.show(`${subject} — ${predicate} → ${object}`, event, container);
  });
  network.on("blurNode", hideTip);
  network.on("blurEdge", hideTip);
  network.on("dragStart", hideTip);
  network.on("zoom", hideTip);
  const readPlaces = (dragged) => {
    const moved = network.getPositions(dragged);
    Object.assign(places, moved);
    for (const number of dragged) Object.assign(nodeLooks.get(number), moved[number]);
    return moved;
  };
  network.on("dragging", ({ nodes: dragged }) => dragged.length && readPlaces(dragged));
  network.on("dragEnd", ({ nodes: dragged }) => {
    if (!dragged.length) return;
    const moved = readPlaces(dragged);
    if (arranged === null) kg.pins.put(moved);
  });
  /** Pin a node where it is. */
  const pin = (node) => kg.pins.put({ [node.number]: places[node.number] });

  const clicks = kg.clicks.make(network);

  /** The picture as it stands, on a background, as a canvas; it keeps its last size when hidden. */
  const copy = () => {
    const source = container.querySelector("canvas");
    const canvas = document.createElement("canvas");
    if (!source.width || !source.height) {
      [canvas.width, canvas.height] = [1, 1];
      return canvas;
    }
    [canvas.width, canvas.height] = [source.width, source.height];
    const ctx = canvas.getContext("2d");
    ctx.fillStyle = paper.background;
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    ctx.drawImage(source, 0, 0);
    return canvas;
  };

  return {
    setShown,
    select,
    ...camera,
    ...clicks,
    pin,
    /** Whether nodes lie on the map, where they can be pinned. */
    isMap: () => arranged === null,
    copy,
    network,
    /** Take the size that there is now; of itself vis-network would later, and change the scale. */
    fit: () => network.setSize("100%", "100%"),
    /** Where a node is drawn, in pixels of the page. */
    placeOf: (node) => {
      const box = container.getBoundingClientRect();
      const { x, y } = network.canvasToDOM(places[node.number]);
      return { x: box.left + x, y: box.top + y };
    },
  };
})();
