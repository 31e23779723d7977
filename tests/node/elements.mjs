// The graph of a file as JSON: its nodes and edges with their attributes.
//
//     node elements.mjs gexf graph.gexf
//     node elements.mjs cytoscape graph.cyjs

import { readFileSync } from "node:fs";
import cytoscape from "cytoscape";
import { MultiDirectedGraph } from "graphology";
import { parse } from "graphology-gexf";

const READERS = {
  gexf: (text) => {
    const graph = parse(MultiDirectedGraph, text);
    return {
      nodes: graph.mapNodes((id, attributes) => ({ id, ...attributes })),
      edges: graph.mapEdges((id, attributes, source, target) => ({
        id,
        source,
        target,
        ...attributes,
      })),
    };
  },
  cytoscape: (text) => {
    const graph = cytoscape({ headless: true, ...JSON.parse(text) });
    return {
      nodes: graph.nodes().map((node) => node.data()),
      edges: graph.edges().map((edge) => edge.data()),
    };
  },
};

const [format, path] = process.argv.slice(2);
process.stdout.write(JSON.stringify(READERS[format](readFileSync(path, "utf8"))));
