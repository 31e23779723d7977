"use strict";

/** The panel beside the picture: everything known of what is selected. */
kg.panel = (() => {
  const { nodes, edgesAt, documents, communities, otherEnd, isAbstract, isEntity } = kg.graph;
  const { make, sign, stroke, outward, nodeLink } = kg.elements;
  const { fullText, ofEdge } = kg.evidence;
  const { plural, percent, byConfidence, button, list, section } = kg.sections;
  const { aliasesOf, confidence, edgeButton, resultsSection, roleTitle, reason } = kg.sections;

  const { actions } = kg.actions;

  const panel = document.getElementById("panel");
  const ROLES = [
    "introduces",
    "studies",
    "addresses",
    "uses",
    "evaluatesOn",
    "comparesWith",
    "mentions",
  ];

  // ---- Heads

  const heading = (...children) => make("h2", { tabindex: "-1", dir: "auto" }, ...children);
  /** The bar with kind and close button, which stays in view, and the name. */
  const headOf = (symbol, kind, name) => [
    make(
      "div",
      { class: "bar" },
      make("p", { class: "kind" }, symbol, kind),
      button("×", () => kg.state.set({ selected: null }), {
        class: "close",
        "aria-label": "Close the details",
      }),
    ),
    heading(name),
  ];
  const head = (node) => headOf(sign(node.kind), node.kind, node.label);

  // ---- An entity

  const rolesOf = (node) =>
    edgesAt[node.number].filter((edge) => edge.category === "role").sort(byConfidence);

  const roleItem = (edge) =>
    make(
      "li",
      {},
      nodeLink(nodes[edge.from]),
      confidence(edge),
      ...ofEdge(edge, { named: false, most: 2 }),
    );

  const relationItem = (node) => (edge) => {
    const other = otherEnd(edge, node.number);
    const [before, after] =
      edge.from === node.number
        ? [make("span", { class: "predicate" }, edge.predicate), nodeLink(other)]
        : [nodeLink(other), make("span", { class: "predicate" }, edge.predicate, " this")];
    return make("li", {}, before, " ", after, confidence(edge), ...ofEdge(edge, { most: 1 }));
  };

  const entityPanel = (node) => {
    const roles = rolesOf(node);
    const relations = edgesAt[node.number]
      .filter((edge) => edge.category === "relation")
      .sort((a, b) =>
        a.predicate < b.predicate ? -1 : a.predicate > b.predicate ? 1 : byConfidence(a, b),
      );
    const affiliations = edgesAt[node.number].filter((edge) => edge.predicate === "hasAffiliation");
    const aliases = aliasesOf(node);
    const shownAbstracts = new Set(roles.map((edge) => edge.from)).size;
    const facts = node.mentions
      ? [plural(node.abstracts, "abstract"), plural(node.mentions, "mention")]
      : ["named by metadata only"];
    if (node.community !== undefined && communities[node.community]) {
      facts.push(`group: ${communities[node.community]}`);
    }
    return [
      ...head(node),
      aliases.length
        ? make(
            "p",
            { class: "aliases" },
            "also ",
            ...aliases.flatMap((alias, index) => [index ? ", " : "", make("bdi", {}, alias)]),
          )
        : null,
      make("p", { class: "facts" }, facts.join(" · ")),
      actions(node),
      ...ROLES.map((role) => {
        const items = roles.filter((edge) => edge.predicate === role);
        if (!items.length) return null;
        return section(roleTitle(role, items.length), list(items, roleItem));
      }),
      shownAbstracts < node.abstracts
        ? make(
            "p",
            { class: "facts" },
            `${plural(node.abstracts - shownAbstracts, "more abstract names", "more abstracts name")} it that this page does not hold.`,
          )
        : null,
      relations.length ? section("Relations", list(relations, relationItem(node))) : null,
      resultsSection((result) => [result.of, result.on, result.metric].includes(node.number)),
      affiliations.length
        ? section(
            "Affiliation of authors of",
            list(affiliations, (edge) => make("li", {}, nodeLink(nodes[edge.from]))),
          )
        : null,
    ];
  };

  // ---- An abstract

  const abstractPanel = (node) => {
    const roles = rolesOf(node);
    const links = edgesAt[node.number]
      .filter((edge) => edge.category === "link")
      .sort(
        (a, b) =>
          (a.predicate === "sharesEntity") - (b.predicate === "sharesEntity") ||
          (b.weight ?? 0) - (a.weight ?? 0) ||
          a.number - b.number,
      );
    const repositories = edgesAt[node.number].filter((edge) => edge.predicate === "hasRepository");
    const affiliations = edgesAt[node.number].filter((edge) => edge.predicate === "hasAffiliation");
    const published = [node.venue, node.year].filter(Boolean).join(" ");
    return [
      ...head(node),
      node.title && node.title !== node.label ? make("p", { dir: "auto" }, node.title) : null,
      node.authors ? make("p", { class: "authors", dir: "auto" }, node.authors.join(", ")) : null,
      affiliations.length
        ? make(
            "p",
            { class: "facts" },
            ...affiliations.flatMap((edge, index) => [index ? ", " : "", nodeLink(nodes[edge.to])]),
          )
        : node.affiliations
          ? make("p", { class: "facts", dir: "auto" }, node.affiliations.join("; "))
          : null,
      published ? make("p", { class: "facts", dir: "auto" }, published) : null,
      node.url || node.doi
        ? make(
            "p",
            { class: "facts" },
            node.url ? outward(node.url) : null,
            node.url && node.doi ? " · " : null,
            node.doi ? outward(doiAddress(node.doi), `doi:${node.doi}`) : null,
          )
        : null,
      actions(node),
      fullText(node),
      node.keywords
        ? make("p", { class: "facts", dir: "auto" }, `Keywords: ${node.keywords.join(", ")}`)
        : null,
      ...ROLES.map((role) => {
        const items = roles.filter((edge) => edge.predicate === role);
        if (!items.length) return null;
        return section(
          role,
          list(items, (edge) =>
            make(
              "li",
              { class: "line" },
              nodeLink(nodes[edge.to]),
              confidence(edge),
              edgeButton(edge),
            ),
          ),
        );
      }),
      resultsSection((result) => result.abstract === node.number, { named: false }),
      repositories.length
        ? section(
            "Code",
            list(repositories, (edge) => make("li", {}, nodeLink(nodes[edge.to]))),
          )
        : null,
      links.length
        ? section(
            "Related abstracts",
            list(links, (edge) =>
              make(
                "li",
                {},
                nodeLink(otherEnd(edge, node.number)),
                edgeButton(edge),
                reason(edge, edge.to === node.number ? "that one " : ""),
              ),
            ),
          )
        : null,
      section(
        "Found in",
        list(node.places, ([document, line, id]) =>
          make(
            "li",
            { dir: "auto" },
            documents[document].path,
            `, line ${line}`,
            id ? ` (${id})` : "",
          ),
        ),
      ),
    ];
  };
  const doiAddress = (doi) =>
    /^https?:/i.test(doi)
      ? doi
      : `https://doi.org/${doi.replace(/^doi:/i, "").split("/").map(encodeURIComponent).join("/")}`;

  // ---- A repository, an edge

  const repositoryPanel = (node) => [
    ...head(node),
    make("p", { class: "facts" }, outward(node.url)),
    actions(node),
    section(
      "Named by",
      list(edgesAt[node.number], (edge) =>
        make("li", {}, nodeLink(nodes[edge.from]), ...ofEdge(edge, { named: false, most: 1 })),
      ),
    ),
  ];

  const edgePanel = (edge) => {
    const predicate = kg.graph.predicates.get(edge.key);
    const parts = ofEdge(edge);
    const shown = parts.filter((part) => part.tagName === "BLOCKQUOTE").length;
    return [
      ...headOf(stroke(predicate), edge.category, edge.predicate),
      make(
        "p",
        { class: "ends" },
        nodeLink(nodes[edge.from]),
        make("span", { class: "predicate" }, edge.predicate),
        nodeLink(nodes[edge.to]),
      ),
      make(
        "p",
        { class: "facts" },
        [
          edge.confidence === null ? null : `confidence ${percent(edge.confidence)}`,
          edge.category === "link" && edge.weight !== null
            ? `weight ${Math.round(edge.weight * 100) / 100}`
            : null,
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      edge.category === "link" ? reason(edge) : null,
      parts.length ? section("Evidence", ...parts) : null,
      edge.evidenceTotal && shown < edge.evidenceTotal && shown > 0
        ? make(
            "p",
            { class: "facts" },
            `The tables hold ${plural(edge.evidenceTotal, "piece")} of evidence in all.`,
          )
        : null,
      parts.length === 0
        ? make("p", { class: "facts" }, "Given by the metadata of the abstract.")
        : null,
    ];
  };

  let drawn = null;

  /** Put the focus on the button of an action, or on the heading where it is gone. */
  const focusOn = (action) =>
    (panel.querySelector(`[data-action="${action}"]`) ?? panel.querySelector("h2")).focus();

  /** Show what is selected; gives the node or edge, or null. */
  const show = (id) => {
    const node = kg.graph.nodeById.get(id) ?? null;
    const edge = node ? null : (kg.graph.edgeById.get(id) ?? null);
    const isSame = (node ?? edge) !== null && (node ?? edge) === drawn;
    const action = panel.contains(document.activeElement)
      ? document.activeElement.dataset.action
      : undefined;
    drawn = node ?? edge;
    panel.replaceChildren();
    panel.hidden = !node && !edge;
    document.body.classList.toggle("with-panel", !panel.hidden);
    if (node || edge) {
      const draw = edge
        ? edgePanel
        : isAbstract(node)
          ? abstractPanel
          : isEntity(node)
            ? entityPanel
            : repositoryPanel;
      panel.append(...draw(edge ?? node).filter(Boolean));
      if (!isSame) panel.scrollTop = 0;
      else if (action) focusOn(action);
    }
    return node ?? edge;
  };

  return { show, element: panel, focus: () => panel.querySelector("h2")?.focus() };
})();
