"use strict";

/** The parts of which the panel is made. */
kg.sections = (() => {
  const { nodes, edgesAt, results, fold, shorten, words } = kg.graph;
  const { make, nodeLink } = kg.elements;

  const LONG_LIST = 12;
  const plural = (count, one, many = `${one}s`) =>
    `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
  const percent = (share) => `${Math.round(share * 100)}%`;
  const byConfidence = (a, b) => (b.confidence ?? 0) - (a.confidence ?? 0) || a.number - b.number;

  const button = (text, onclick, properties = {}) =>
    make("button", { type: "button", onclick, ...properties }, text);

  /** A list whose rest appears at a button. */
  const list = (items, draw) => {
    const element = make("ul", { class: "items" });
    element.append(...items.slice(0, LONG_LIST).map(draw));
    if (items.length > LONG_LIST) {
      const more = button(`Show ${plural(items.length - LONG_LIST, "more", "more")}`, () => {
        const rest = items.slice(LONG_LIST).map(draw);
        more.parentElement.replaceWith(...rest);
        rest[0].querySelector("a, button")?.focus();
      });
      element.append(make("li", {}, more));
    }
    return element;
  };

  const section = (title, ...children) => make("section", {}, make("h3", {}, title), ...children);

  const confidence = (edge) =>
    edge.confidence === null || edge.confidence === undefined
      ? null
      : make("span", { class: "confidence", title: "Confidence" }, percent(edge.confidence));

  const edgeButton = (edge) =>
    button("evidence", () => kg.state.set({ selected: edge.id }), {
      class: "quiet",
      "aria-label": `Evidence that ${nodes[edge.from].label} ${words(edge.predicate)} ${nodes[edge.to].label}`,
    });

  /** The aliases of an entity that are more than another spelling of its name or of each other. */
  const aliasesOf = (node) => {
    const seen = new Set([fold(node.label)]);
    return node.aliases.filter((alias) => {
      const folded = fold(alias);
      return !seen.has(folded) && seen.add(folded);
    });
  };

  /**
   * Table of the results that concern something; null where there are none.
   * @param {function(Object): boolean} concerns
   * @param {{named?: boolean}} options Whether the abstracts are named that report them.
   */
  const resultsSection = (concerns, { named = true } = {}) => {
    const found = results.filter(concerns);
    if (!found.length) return null;
    const cell = (number) => make("td", {}, number === undefined ? "" : nodeLink(nodes[number]));
    return section(
      "Reported results",
      make(
        "div",
        { class: "scroll", tabindex: "0", role: "group", "aria-label": "Reported results" },
        make(
          "table",
          {},
          make(
            "thead",
            {},
            make(
              "tr",
              {},
              ...["Of", "On", "Metric", "Value", ...(named ? ["In"] : [])].map((name) =>
                make("th", { scope: "col" }, name),
              ),
            ),
          ),
          make(
            "tbody",
            {},
            ...found
              .slice(0, 60)
              .map((result) =>
                make(
                  "tr",
                  {},
                  cell(result.of),
                  cell(result.on),
                  cell(result.metric),
                  make("td", { class: "value" }, make("bdi", {}, result.value)),
                  named
                    ? make(
                        "td",
                        {},
                        nodeLink(nodes[result.abstract], shorten(nodes[result.abstract].label, 30)),
                      )
                    : null,
                ),
              ),
          ),
        ),
      ),
    );
  };

  const PLURAL = {
    introduces: "introduce",
    uses: "use",
    evaluatesOn: "evaluate on",
    comparesWith: "compare with",
    addresses: "address",
    studies: "study",
    mentions: "mention",
  };

  /** How many abstracts play a role, in words: "5 abstracts evaluate on it". */
  const roleTitle = (role, count) =>
    `${plural(count, "abstract")} ${count === 1 ? words(role) : PLURAL[role]} it`;

  /** Why a link holds, in words: "both evaluate on ImageNet", "builds on CLIP". */
  const reason = (edge, subject = "") => {
    const via = edge.via ?? [];
    const names = (numbers) =>
      numbers.flatMap((number, index) => [index ? ", " : "", nodeLink(nodes[number])]);
    if (edge.predicate !== "sharesEntity") {
      return make(
        "p",
        { class: "reason" },
        subject,
        `${words(edge.predicate)} `,
        ...(via.length ? names(via) : ["it"]),
      );
    }
    const role = (abstract, entity) =>
      edgesAt[entity].find((at) => at.category === "role" && at.from === abstract)?.predicate;
    const bySame = new Map();
    for (const entity of via) {
      const roles = [role(edge.from, entity), role(edge.to, entity)];
      const key = roles[0] === roles[1] && roles[0] ? PLURAL[roles[0]] : "share";
      bySame.set(key, [...(bySame.get(key) ?? []), entity]);
    }
    return make(
      "p",
      { class: "reason" },
      ...[...bySame].flatMap(([key, entities], index) => [
        index ? "; " : "",
        `both ${key === "share" ? "name" : key} `,
        ...names(entities),
      ]),
    );
  };
  return {
    plural,
    percent,
    byConfidence,
    button,
    list,
    section,
    confidence,
    edgeButton,
    aliasesOf,
    resultsSection,
    roleTitle,
    reason,
  };
})();
