"use strict";

/** The search box: a combobox with suggestions over names, aliases and abstracts. */
kg.search = (() => {
  const { nodes, nodeById, fold, isAbstract, shorten } = kg.graph;
  const { make, sign } = kg.elements;

  const input = document.getElementById("search");
  const listbox = document.getElementById("suggestions");
  const MOST = 12;

  const describe = (node) => ({
    node,
    names: [node.label, node.title, ...(node.aliases ?? [])].filter(Boolean),
    folded: [node.label, node.title, ...(node.aliases ?? [])].filter(Boolean).map(fold),
    other: isAbstract(node)
      ? fold(
          [...(node.authors ?? []), ...(node.keywords ?? []), node.venue ?? "", node.text].join(
            " ",
          ),
        )
      : "",
  });
  const known = [];
  /** What there is to find; made when it is first asked for, as it takes a while. */
  const entries = () => {
    known.push(...nodes.slice(known.length).map(describe));
    return known;
  };

  /** How well a name answers: 0 the whole, 1 its beginning, 2 a word's, 3 inside, else null. */
  const rankName = (name, query) => {
    if (name === query) return 0;
    if (name.startsWith(query)) return 1;
    if (name.includes(` ${query}`)) return 2;
    return name.includes(query) ? 3 : null;
  };

  const rank = (entry, query, queryWords) => {
    let best = null;
    entry.folded.forEach((name, index) => {
      const found = rankName(name, query);
      if (found !== null && (best === null || found < best.rank)) {
        best = { rank: found, name: entry.names[index] };
      }
    });
    if (best) return best;
    if (!entry.other) return null;
    const padded = ` ${entry.other}`;
    return queryWords.every((word) => padded.includes(` ${word}`)) ? { rank: 4, name: null } : null;
  };

  /** Nodes that answer a query, the best first. */
  const find = (text) => {
    const query = fold(text);
    if (!query) return [];
    const queryWords = query.split(" ");
    return entries()
      .map((entry) => ({ entry, match: rank(entry, query, queryWords) }))
      .filter(({ match }) => match)
      .sort(
        (a, b) =>
          a.match.rank - b.match.rank ||
          b.entry.node.size - a.entry.node.size ||
          a.entry.node.number - b.entry.node.number,
      )
      .map(({ entry, match }) => ({ node: entry.node, name: match.name }));
  };

  let found = [];
  let active = -1;

  const close = () => {
    listbox.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  };

  const setActive = (index) => {
    active = index;
    [...listbox.children].forEach((option, at) => {
      option.setAttribute("aria-selected", at === active ? "true" : "false");
      if (at === active) option.scrollIntoView({ block: "nearest" });
    });
    if (active >= 0) input.setAttribute("aria-activedescendant", `suggestion-${active}`);
    else input.removeAttribute("aria-activedescendant");
  };

  const choose = (node) => {
    input.value = "";
    close();
    const select = () => {
      if (!nodeById.has(node.id)) return; // the server did not answer
      kg.state.set({ selected: node.id });
      kg.panel.focus();
    };
    if (nodeById.has(node.id)) select();
    else kg.opening.load(node.id).then(select);
  };

  const note = ({ node, name }) => {
    if (name && name !== node.label) return `${node.kind}, also ${shorten(name, 40)}`;
    if (!nodeById.has(node.id)) return node.kind;
    if (!name) return `${node.kind}, in its text`;
    return node.abstracts ? `${node.kind}, ${node.abstracts} abs.` : node.kind;
  };

  const markedNote = (item) =>
    item.name && item.name !== item.node.label
      ? kg.matches.mark(note(item), input.value)
      : [note(item)];

  /** The words of an abstract that were found, amid their text. */
  const excerpt = ({ node, name }) => {
    if (name) return null;
    const { text, authors = [], keywords = [], venue } = node;
    const texts = [text, authors.join(", "), keywords.join(", "), venue].filter(Boolean);
    return make("span", { class: "excerpt" }, ...kg.matches.excerpt(texts, input.value));
  };

  const open = () => {
    const text = input.value;
    const all = find(text);
    suggest(all);
    if (!text.trim()) return;
    const addOthers = (others) => {
      const fresh = others.filter(({ id, kind }) => !nodeById.has(id) && kg.graph.kinds.has(kind));
      if (!fresh.length || input.value !== text || document.activeElement !== input) return;
      const items = fresh.map((node) => ({ node, name: node.alias ?? node.label }));
      suggest([...all.slice(0, MOST - Math.min(items.length, MOST / 2)), ...items]);
    };
    kg.neighbours.search(text).then(addOthers, () => {});
  };

  const suggest = (all) => {
    found = all.slice(0, MOST);
    listbox.replaceChildren(
      ...found.map((item, index) =>
        make(
          "li",
          {
            id: `suggestion-${index}`,
            role: "option",
            "aria-selected": "false",
            onmousedown: (event) => event.preventDefault(),
            onclick: () => choose(item.node),
          },
          sign(item.node.kind),
          make(
            "span",
            { class: "name", dir: "auto" },
            ...kg.matches.mark(item.node.label, input.value),
            excerpt(item),
          ),
          make("span", { class: "note" }, ...markedNote(item)),
        ),
      ),
    );
    if (!found.length) {
      listbox.append(
        make("li", { role: "option", "aria-disabled": "true", class: "none" }, "Nothing found"),
      );
    }
    active = -1;
    const hasText = input.value.trim() !== "";
    listbox.hidden = !hasText;
    input.setAttribute("aria-expanded", listbox.hidden ? "false" : "true");
    input.removeAttribute("aria-activedescendant");
    if (hasText) {
      kg.say(
        found.length
          ? `${all.length} found${all.length > MOST ? `, the first ${MOST} listed` : ""}`
          : "Nothing found",
      );
    }
  };

  input.addEventListener("input", open);
  input.addEventListener("focus", () => input.value.trim() && open());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (listbox.hidden) open();
      if (!found.length) return;
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = active < 0 && step < 0 ? 0 : active;
      setActive((from + step + found.length) % found.length);
    } else if (event.key === "Enter" && !listbox.hidden && found.length) {
      event.preventDefault();
      choose(found[Math.max(active, 0)].node);
    } else if (event.key === "Escape" && (!listbox.hidden || input.value)) {
      event.stopPropagation();
      input.value = "";
      close();
    }
  });

  return { find, input };
})();
