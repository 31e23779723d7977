"use strict";

/**
 * The one global of the page. Each script adds a part of it; they are plain scripts, in the
 * order in which they depend on each other, so that the page needs no build step.
 */
const kg = {};

/**
 * The graph of the page: nodes and edges with their details, and indexes over them. It only
 * ever grows, so that the arrays and maps given out stay true.
 */
kg.graph = (() => {
  const data = JSON.parse(document.getElementById("graph-data").textContent);

  const kinds = new Map(data.kinds.map((kind) => [kind.name, kind]));
  const predicateKey = (category, name) => `${category}:${name}`;
  const predicates = new Map(
    data.predicates.map((predicate) => [
      predicateKey(predicate.category, predicate.name),
      predicate,
    ]),
  );

  const nodes = [];
  const edges = [];
  const edgesAt = []; // by number of node
  const nodeById = new Map();
  const edgeById = new Map();
  const results = data.results;
  // What a server adds later is no part of the overview.
  const isGrowing = Boolean(data.source.neighbourhood);
  const inOverview =
    data.overview === null && !isGrowing
      ? null
      : new Set(data.overview ?? data.network.nodes.keys());

  const addNode = (detail, { x = null, y = null, size = 7 }) => {
    const number = nodes.length;
    const { shape } = kinds.get(detail.kind);
    const node = { ...detail, number, x, y, size, shape };
    nodes.push(node);
    edgesAt.push([]);
    nodeById.set(node.id, node);
    return node;
  };
  const addEdge = (detail, { from, to, category, predicate, smooth = false }) => {
    const key = predicateKey(category, predicate);
    const { width, dashes } = predicates.get(key);
    const edge = { ...detail, number: edges.length, from, to, category, predicate, key };
    edges.push(Object.assign(edge, { width, dashes, smooth }));
    edgesAt[from].push(edge);
    if (to !== from) edgesAt[to].push(edge);
    edgeById.set(edge.id, edge);
    return edge;
  };
  data.network.nodes.forEach((drawn, number) => addNode(data.nodes[number], drawn));
  data.network.edges.forEach((drawn, number) => addEdge(data.edges[number], drawn));

  // ---- Growing

  const listeners = [];
  const awaited = new Map(); // from the id of a node to what is to be done once it is there
  const numberOf = (id) => nodeById.get(id)?.number ?? -1;
  const numbersOf = (item, names) => {
    const found = { ...item };
    for (const name of names) {
      if (item[name] === undefined) continue;
      found[name] = numberOf(item[name]);
      if (found[name] < 0) delete found[name];
    }
    return found;
  };
  const withNumbers = (mentions) =>
    mentions.map(([start, end, id, type]) => {
      const mention = [start, end, numberOf(id), type];
      if (id !== null && mention[2] < 0) {
        const refer = () => (mention[2] = numberOf(id));
        if (awaited.has(id)) awaited.get(id).push(refer);
        else awaited.set(id, [refer]);
      }
      return mention;
    });
  const bend = (from, to) => {
    const before = edgesAt[from].filter((edge) => edge.from === to || edge.to === to).length;
    if (before === 0) return false;
    const type = (before % 2 === 1) === from < to ? "curvedCW" : "curvedCCW";
    return { enabled: true, type, roundness: 0.15 * Math.ceil(before / 2) };
  };

  /**
   * Add a part of the graph; what is there already stays as it is.
   * @param {{nodes: Object[], edges: Object[], results?: Object[]}} part As
   *   `kg.export.html.neighbourhood` describes it: all is referred to by id.
   * @returns {{nodes: Object[], edges: Object[]}} What is new.
   */
  const add = (part) => {
    const fresh = part.nodes.filter((node) => !nodeById.has(node.id) && kinds.has(node.kind));
    const added = { nodes: fresh.map((detail) => addNode(detail, detail)), edges: [] };
    for (const { id, mentions } of part.nodes) {
      // Of an abstract that was there, mentions of what was not.
      if (mentions instanceof Array && nodeById.has(id)) {
        nodeById.get(id).mentions = withNumbers(mentions);
      }
    }
    for (const node of added.nodes) {
      for (const refer of awaited.get(node.id) ?? []) refer();
      awaited.delete(node.id);
    }
    for (const detail of part.edges) {
      const { from, to } = numbersOf(detail, ["from", "to"]);
      const key = predicateKey(detail.category, detail.predicate);
      const isKnown = from !== undefined && to !== undefined && predicates.has(key);
      if (!isKnown || edgeById.has(detail.id)) continue;
      const evidence = detail.evidence
        .filter((item) => item.abstract === undefined || nodeById.has(item.abstract))
        .map((item) => numbersOf(item, ["abstract", "entity"]));
      const edge = addEdge(
        { ...detail, evidence },
        { ...detail, from, to, smooth: bend(from, to) },
      );
      if (edge.via) edge.via = edge.via.map(numberOf).filter((via) => via >= 0);
      added.edges.push(edge);
    }
    const isNew = new Set(added.nodes.map((node) => node.id));
    for (const result of part.results ?? []) {
      if (isNew.has(result.abstract)) {
        results.push(numbersOf(result, ["abstract", "of", "on", "metric"]));
      }
    }
    if (added.nodes.length || added.edges.length) {
      for (const listener of listeners) listener(added);
    }
    return added;
  };

  const isAbstract = (node) => node.kind === "Abstract";
  const isEntity = (node) => node.abstracts !== undefined;
  const otherEnd = (edge, number) => nodes[edge.from === number ? edge.to : edge.from];

  /** Text with case, accents and punctuation folded, for comparing. */
  const fold = (text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}+/gu, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();

  /** Text of at most `length` characters, cut at a word where one ends late enough. */
  const shorten = (text, length) => {
    const characters = Array.from(text);
    if (characters.length <= length) return text;
    const cut = characters.slice(0, length - 1).join("");
    const space = cut.lastIndexOf(" ");
    return `${space > cut.length * 0.6 ? cut.slice(0, space) : cut}…`;
  };

  /** A name in camel case as words: `evaluatesOn` as `evaluates on`. */
  const words = (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

  return {
    title: data.title,
    notes: data.notes,
    documents: data.documents,
    communities: data.communities,
    results,
    source: data.source,
    inOverview,
    kinds,
    predicates,
    nodes,
    edges,
    edgesAt,
    nodeById,
    edgeById,
    add,
    onAdd: (listener) => listeners.push(listener),
    isAbstract,
    isEntity,
    otherEnd,
    fold,
    shorten,
    words,
  };
})();
