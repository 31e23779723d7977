"use strict";

/**
 * The one global of the page. Each script adds a part of it; they are plain scripts, in the
 * order in which they depend on each other, so that the page needs no build step.
 */
const kg = {};

/** The graph of the page: nodes and edges with their details, and indexes over them. */
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

  const nodes = data.network.nodes.map((drawn, number) => ({
    ...data.nodes[number],
    number,
    x: drawn.x,
    y: drawn.y,
    size: drawn.size,
    shape: drawn.shape,
  }));
  const edges = data.network.edges.map((drawn, number) => ({
    ...data.edges[number],
    number,
    from: drawn.from,
    to: drawn.to,
    category: drawn.category,
    predicate: drawn.predicate,
    key: predicateKey(drawn.category, drawn.predicate),
    width: drawn.width,
    dashes: drawn.dashes,
    smooth: drawn.smooth,
  }));

  const edgesAt = nodes.map(() => []);
  for (const edge of edges) {
    edgesAt[edge.from].push(edge);
    if (edge.to !== edge.from) edgesAt[edge.to].push(edge);
  }
  const nodeById = new Map(nodes.map((node) => [node.id, node]));
  const edgeById = new Map(edges.map((edge) => [edge.id, edge]));

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
    results: data.results,
    kinds,
    predicates,
    nodes,
    edges,
    edgesAt,
    nodeById,
    edgeById,
    isAbstract,
    isEntity,
    otherEnd,
    fold,
    shorten,
    words,
  };
})();
