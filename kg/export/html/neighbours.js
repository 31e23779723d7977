"use strict";

/**
 * Whom a node has for neighbours, the most important first, and whatever of them the page does
 * not hold yet. A file has all that it will ever have. A page that `kg serve` shows asks for
 * more, in the format that `kg.export.html.neighbourhood` describes.
 */
kg.neighbours = (() => {
  const { nodes, edgesAt, nodeById, predicates, otherEnd, source } = kg.graph;

  const STEP = 50; // so many are opened, and asked for, at once
  const SPACE = 26; // least distance of a node that the page places from others
  const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

  let held = new Map(); // by number of node: numbers of the neighbours that are held
  kg.graph.onAdd(() => (held = new Map()));
  const told = new Map(); // by id of node: {order, total} as the server told

  const isNeighbourly = (edge) => !predicates.get(edge.key).hidden;

  const heldOf = (number) => {
    if (!held.has(number)) {
      const others = edgesAt[number]
        .filter(isNeighbourly)
        .map((edge) => otherEnd(edge, number))
        .filter((other) => other.number !== number);
      const sorted = [...new Set(others)].sort((a, b) => b.size - a.size || a.number - b.number);
      held.set(
        number,
        sorted.map((other) => other.number),
      );
    }
    return held.get(number);
  };

  /** Numbers of a node's neighbours, the most important first, as far as they are held. */
  const of = (number) => {
    const order = told.get(nodes[number].id)?.order;
    return order ? [...new Set([...order, ...heldOf(number)])] : heldOf(number);
  };

  /** How many neighbours a node has, held or not; Infinity where only the server knows. */
  const total = (number) => {
    const here = of(number).length;
    if (!source.neighbourhood) return here;
    const node = nodes[number];
    return Math.max(here, told.get(node.id)?.total ?? node.neighbours ?? Infinity);
  };

  // ---- Places for what comes without

  const isTaken = (cells, x, y) => {
    const [column, row] = [Math.floor(x / SPACE), Math.floor(y / SPACE)];
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        const near = cells.get(`${column + dx} ${row + dy}`) ?? [];
        if (near.some((other) => Math.hypot(other.x - x, other.y - y) < SPACE)) return true;
      }
    }
    return false;
  };
  const take = (cells, { x, y }) => {
    const key = `${Math.floor(x / SPACE)} ${Math.floor(y / SPACE)}`;
    if (cells.has(key)) cells.get(key).push({ x, y });
    else cells.set(key, [{ x, y }]);
  };

  /** Put nodes on free places of the map, along a spiral around a place. */
  const place = (fresh, around) => {
    const cells = new Map();
    for (const node of nodes) if (node.x !== null) take(cells, node);
    let step = 0;
    for (const node of fresh) {
      let [x, y] = [around.x, around.y];
      while (isTaken(cells, x, y)) {
        step += 1;
        const radius = SPACE * Math.sqrt(step);
        x = Math.round(around.x + radius * Math.cos(step * GOLDEN_ANGLE));
        y = Math.round(around.y + radius * Math.sin(step * GOLDEN_ANGLE));
      }
      Object.assign(node, { x, y });
      take(cells, node);
    }
  };

  /** Where a node that is new to the map belongs: amid its neighbours, else beside the map. */
  const middleOf = (node) => {
    const around = edgesAt[node.number]
      .map((edge) => otherEnd(edge, node.number))
      .filter((other) => other.x !== null);
    const from = around.length ? around : nodes.filter((other) => other.x !== null);
    const mean = (name) => from.reduce((sum, other) => sum + other[name], 0) / (from.length || 1);
    return { x: Math.round(mean("x")), y: Math.round(mean("y")) };
  };

  // ---- Asking a server

  const ask = async (address, parameters) => {
    const url = new URL(address, document.baseURI);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
    return response.json();
  };

  const loadMore = async (id) => {
    const known = told.get(id) ?? { order: [], total: Infinity };
    const offset = known.order.length;
    const part = await ask(source.neighbourhood, { node: id, offset, limit: STEP });
    kg.graph.add(part);
    const node = nodeById.get(id);
    if (!node) throw new Error(`${id}: not in the answer`);
    const places = part.nodes.map((each) => nodeById.get(each.id)).filter(Boolean);
    if (node.x === null) place([node], middleOf(node));
    place(
      places.filter((each) => each.x === null),
      node,
    );
    const order = places.map((each) => each.number).filter((number) => number !== node.number);
    const isLast = order.length === 0;
    known.order = [...new Set([...known.order, ...order])];
    known.total = isLast ? known.order.length : part.total;
    told.set(id, known);
  };

  /** Whether a server must be asked before the first `count` neighbours of a node are held. */
  const isMissing = (id, count) => {
    if (!source.neighbourhood) return false;
    if (!nodeById.has(id)) return true;
    const known = told.get(id);
    return count > 0 && (!known || known.order.length < Math.min(count, known.total));
  };

  /** Hold the first `count` neighbours of a node. */
  const load = async (id, count) => {
    while (isMissing(id, count)) await loadMore(id);
  };

  /** Nodes that the server finds: `{id, kind, label, alias}`; none in a file. */
  const search = async (text) => (source.search ? (await ask(source.search, { text })).nodes : []);

  return { STEP, of, total, isMissing, load, search, isServed: Boolean(source.neighbourhood) };
})();
