"use strict";

/** The map's regions: the communities of the graph as discs with names. */
kg.regions = (() => {
  const { nodes, communities, shorten } = kg.graph;

  const LEAST_SIZE = 5;
  const MARGIN = 26;

  /** A name that lists several things, then with fewer and fewer of them. */
  const shorterAndShorter = (name) => {
    const parts = name.split(", ");
    return parts.map((_, index) => shorten(parts.slice(0, parts.length - index).join(", "), 40));
  };

  const regions = Object.entries(communities)
    .map(([id, name]) => {
      const members = nodes.filter((node) => node.community === Number(id)).map((n) => n.number);
      return { names: shorterAndShorter(name ?? ""), members, size: members.length };
    })
    .filter(({ names: [name], size }) => name && size >= LEAST_SIZE)
    .sort((a, b) => b.size - a.size || (a.names[0] < b.names[0] ? -1 : 1));

  /** The disc around those of a region's nodes that pass the filters; null for too few. */
  const discOf = ({ members, size }, all) => {
    const here = members.filter((number) => all.nodes[number]).map((number) => nodes[number]);
    if (here.length < Math.max(3, size / 5)) return null;
    const x = here.reduce((sum, node) => sum + node.x, 0) / here.length;
    const y = here.reduce((sum, node) => sum + node.y, 0) / here.length;
    const reach = here.reduce(
      (most, node) => Math.max(most, Math.hypot(node.x - x, node.y - y)),
      0,
    );
    return { x, y, radius: reach + MARGIN };
  };

  let found = { all: null, discs: [] };
  /** Names and discs of the regions on the map, the largest first. */
  const discs = ({ shown: { all } }) => {
    if (found.all !== all) {
      const named = regions.map((region) => ({ names: region.names, disc: discOf(region, all) }));
      found = {
        all,
        discs: named.flatMap(({ names, disc }) => (disc ? [{ names, ...disc }] : [])),
      };
    }
    return found.discs;
  };

  /** Draw the discs, in the network's coordinates. */
  const draw = (ctx, view) => {
    if (!view.isMap) return;
    ctx.fillStyle = view.paper.raised;
    for (const disc of discs(view)) {
      ctx.beginPath();
      ctx.arc(disc.x, disc.y, disc.radius, 0, 2 * Math.PI);
      ctx.fill();
    }
  };

  /** Names with their discs, the largest region first. */
  const names = (view) => (view.isMap ? discs(view) : []);

  return { draw, names };
})();
