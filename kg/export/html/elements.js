"use strict";

/**
 * Making elements. Text becomes text nodes, never markup, and an address becomes a link only
 * where it is a web address.
 */
kg.elements = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  /**
   * An element.
   * @param {string} tag
   * @param {Object<string, *>} properties `on…` are listeners, others attributes; null and
   *   false leave an attribute out.
   * @param {...(Node|string|null)} children
   */
  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : String(value));
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  /** The address, or null where it is anything but a web address without credentials. */
  const webAddress = (address) => {
    let url;
    try {
      url = new URL(address);
    } catch {
      return null;
    }
    if (url.protocol !== "https:" && url.protocol !== "http:") return null;
    if (url.username || url.password) return null;
    return url.href;
  };

  /** A link out of the page, or the text alone where the address is no web address. */
  const outward = (address, text = address) => {
    const href = webAddress(address);
    if (href === null) return make("span", { dir: "auto" }, text);
    return make(
      "a",
      { href, target: "_blank", rel: "noopener noreferrer", class: "outward", dir: "auto" },
      text,
    );
  };

  /** Let the element's style use a kind's colour, as `var(--kind)`. */
  const colorByKind = (element, kind) => {
    element.style.setProperty("--kind", `var(--kind-${kind})`);
    return element;
  };

  const draw = (tag, attributes) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  const POINTS = {
    triangle: "8,1.5 15,14 1,14",
    triangleDown: "8,14.5 15,2 1,2",
    diamond: "8,1 15,8 8,15 1,8",
    hexagon: "4.4,1.8 11.6,1.8 15.2,8 11.6,14.2 4.4,14.2 0.8,8",
    star: "8,0.8 10.1,5.6 15.3,6.1 11.4,9.6 12.5,14.7 8,12 3.5,14.7 4.6,9.6 0.7,6.1 5.9,5.6",
    page: "3,1 10,1 13.5,4.5 13.5,15 3,15",
  };

  /** The sign of a kind of node, as the picture draws it. */
  const sign = (kind) => {
    const { shape } = kg.graph.kinds.get(kind);
    const svg = draw("svg", { viewBox: "0 0 16 16", class: "sign", "aria-hidden": "true" });
    if (shape in POINTS) svg.append(draw("polygon", { points: POINTS[shape] }));
    else if (shape === "square") svg.append(draw("rect", { x: 2, y: 2, width: 12, height: 12 }));
    else svg.append(draw("circle", { cx: 8, cy: 8, r: shape === "ring" ? 5 : 6.5 }));
    if (shape === "ring") svg.classList.add("ring");
    return colorByKind(svg, kind);
  };

  /** A stroke of the colour, width and dashes of a predicate's edges. */
  const stroke = (predicate) => {
    const svg = draw("svg", { viewBox: "0 0 36 8", class: "stroke", "aria-hidden": "true" });
    const line = draw("line", {
      x1: 0,
      y1: 4,
      x2: 36,
      y2: 4,
      "stroke-width": predicate.width + 0.6,
    });
    if (predicate.dashes) line.setAttribute("stroke-dasharray", predicate.dashes.join(" "));
    svg.append(line);
    svg.style.setProperty("--light", predicate.light);
    svg.style.setProperty("--dark", predicate.dark);
    return svg;
  };

  /** A link that selects a node. */
  const nodeLink = (node, text = node.label) =>
    make(
      "a",
      {
        href: kg.state.hrefOf({ selected: node.id }),
        class: "node",
        onclick: (event) => {
          event.preventDefault();
          kg.state.set({ selected: node.id });
        },
      },
      sign(node.kind),
      make("span", { class: "unseen" }, `${node.kind} `),
      make("span", { dir: "auto" }, text),
    );

  return { make, outward, colorByKind, sign, stroke, nodeLink };
})();
