"use strict";

/** The map's regions: the communities of the graph as discs with names. */
kg.regions = (() => {
  const { nodes, communities, shorten } = kg.graph;

  const LEAST_SIZE = 5;
  const MARGIN = 26;

  const regions = Object.entries(communities)
    .map(([id, name]) => {
      const members = nodes.filter((node) => node.community === Number(id)).map((n) => n.number);
      return { name: shorten(name ?? "", 40), members, size: members.length };
    })
    .filter(({ name, size }) => name && size >= LEAST_SIZE)
    .sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));

  /** The disc around those of a region's nodes that are shown; null for too few. */
  const discOf = ({ members, size }, { shown, places }) => {
    const here = members.filter((number) => shown.nodes[number]);
    if (here.length < Math.max(3, size / 5)) return null;
    const x = here.reduce((sum, number) => sum + places[number].x, 0) / here.length;
    const y = here.reduce((sum, number) => sum + places[number].y, 0) / here.length;
    const reach = here.reduce(
      (most, number) => Math.max(most, Math.hypot(places[number].x - x, places[number].y - y)),
      0,
    );
    return { x, y, radius: reach + MARGIN };
  };

  /** Draw the discs, in the network's coordinates. */
  const draw = (ctx, view) => {
    if (!view.isMap) return;
    ctx.fillStyle = view.paper.raised;
    for (const region of regions) {
      const disc = discOf(region, view);
      if (!disc) continue;
      ctx.beginPath();
      ctx.arc(disc.x, disc.y, disc.radius, 0, 2 * Math.PI);
      ctx.fill();
    }
  };

  /** Names with their discs, the largest region first. */
  const names = (view) =>
    view.isMap
      ? regions.flatMap((region) => {
          const disc = discOf(region, view);
          return disc ? [{ name: region.name, ...disc }] : [];
        })
      : [];

  return { draw, names };
})();
