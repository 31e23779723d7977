"use strict";

/** The picture: vis-network with the project's own labels and highlighting. */
kg.picture = (() => {
  const { nodes, edges, edgesAt, kinds, predicates, otherEnd, shorten } = kg.graph;
  const container = document.getElementById("picture");

  const FADED_NODE = 0.1;
  const FADED_EDGE = 0.06;
  const STRONG_EDGE = 0.95;
  const EDGE_OPACITY = edges.length > 2000 ? 0.3 : 0.45;
  const MANY_EDGES = 4000;

  let shown = kg.visibility.compute(kg.state.get());
  let focus = null; // {nodes: Set, edges: Set} of what is highlighted, or null
  let selectedNode = null;
  let selectedEdge = null;
  let hovered = null;
  const home = nodes.map(({ x, y }) => ({ x, y })); // places on the map
  const places = nodes.map(({ x, y }) => ({ x, y })); // where they are drawn
  let arranged = null;

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

  const drawnNode = (node) => ({
    id: node.number,
    x: node.x,
    y: node.y,
    size: node.size,
    hidden: !shown.nodes[node.number],
    color: nodeColor(node),
    ...kg.shapes.propertiesOf(node.shape, () => paper),
  });
  const drawnEdge = (edge) => ({
    id: edge.number,
    from: edge.from,
    to: edge.to,
    width: edge.width,
    dashes: edge.dashes,
    smooth: edge.smooth,
    hidden: !shown.edges[edge.number],
    color: edgeColor(edge, EDGE_OPACITY),
    arrows: edge.category === "relation" || edge.predicate === "buildsOn" ? "to" : undefined,
  });
  const drawnNodes = new vis.DataSet(nodes.map(drawnNode));
  const drawnEdges = new vis.DataSet(edges.map(drawnEdge));
  const network = new vis.Network(
    container,
    { nodes: drawnNodes, edges: drawnEdges },
    {
      physics: false,
      layout: { improvedLayout: false },
      interaction: {
        hover: true,
        hideEdgesOnDrag: edges.length > MANY_EDGES,
        hideEdgesOnZoom: edges.length > MANY_EDGES,
        keyboard: false,
      },
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

  const nodeLook = nodes.map(({ number }) => ({ hidden: !shown.nodes[number], opacity: 1 }));
  const edgeLook = edges.map(({ number }) => ({
    hidden: !shown.edges[number],
    opacity: EDGE_OPACITY,
  }));

  const opacityOf = (edgeNumber) => {
    if (focus && focus.edges.has(edgeNumber)) return STRONG_EDGE;
    if (arranged !== null) return focus ? EDGE_OPACITY / 2 : STRONG_EDGE;
    return focus ? FADED_EDGE : EDGE_OPACITY;
  };

  const refresh = () => {
    const nodeChanges = [];
    for (const { number } of nodes) {
      const hidden = !shown.nodes[number];
      const isStrong = !focus || arranged !== null || focus.nodes.has(number);
      const opacity = isStrong ? 1 : FADED_NODE;
      const look = nodeLook[number];
      if (look.hidden !== hidden || look.opacity !== opacity) {
        nodeLook[number] = { hidden, opacity };
        nodeChanges.push({ id: number, hidden, opacity });
      }
    }
    const edgeChanges = [];
    for (const edge of edges) {
      const { number } = edge;
      const hidden = !(shown.edges[number] || (number === selectedEdge && bothShown(edge)));
      const opacity = opacityOf(number);
      const look = edgeLook[number];
      if (look.hidden !== hidden || look.opacity !== opacity) {
        edgeLook[number] = { hidden, opacity };
        edgeChanges.push({ id: number, hidden, color: edgeColor(edge, opacity) });
      }
    }
    if (nodeChanges.length) drawnNodes.update(nodeChanges);
    if (edgeChanges.length) drawnEdges.update(edgeChanges);
    if (!nodeChanges.length && !edgeChanges.length) network.redraw();
  };
  const bothShown = (edge) => shown.nodes[edge.from] && shown.nodes[edge.to];

  /** Show what is visible, on the map or where an arrangement places it. */
  const setShown = (visible, arrangement) => {
    shown = visible;
    arranged = arrangement;
    const moves = [];
    for (const { number } of nodes) {
      const { x, y } = arrangement?.get(number) ?? home[number];
      if (places[number].x === x && places[number].y === y) continue;
      places[number] = { x, y };
      moves.push({ id: number, x, y });
    }
    if (moves.length) drawnNodes.update(moves);
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
    network.setSelection(
      { nodes: node ? [node.number] : [], edges: edge ? [edge.number] : [] },
      { highlightEdges: false },
    );
    refresh();
  };

  kg.theme.onChange(() => {
    paper = readPaper();
    drawnNodes.update(nodes.map((node) => ({ id: node.number, color: nodeColor(node) })));
    edgeLook.fill({});
    refresh();
  });

  // ---- Under the nodes the regions, over them the labels

  const view = () => ({
    shown,
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
  network.on("afterDrawing", (ctx) => kg.labels.draw(ctx, view()));

  kg.shapes.follow(network);
  const camera = kg.camera.make(network, container, view);

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
  const readPlaces = ({ nodes: dragged }) => {
    const moved = network.getPositions(dragged);
    Object.assign(places, moved);
    if (arranged === null) Object.assign(home, moved);
  };
  network.on("dragging", (event) => event.nodes.length && readPlaces(event));
  network.on("dragEnd", (event) => event.nodes.length && readPlaces(event));
  /** Listen for clicks: `listener(node, edge)`, both null for a click on nothing. */
  const onClick = (listener) =>
    network.on("click", ({ nodes: [node], edges: [edge] }) =>
      listener(nodes[node] ?? null, node === undefined ? (edges[edge] ?? null) : null),
    );
  const onOpen = (listener) =>
    network.on("doubleClick", ({ nodes: [node] }) => node !== undefined && listener(nodes[node]));

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
    onClick,
    onOpen,
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
