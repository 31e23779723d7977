"use strict";

/** What can be done with a node: the buttons under its name. */
kg.actions = (() => {
  const { make } = kg.elements;
  const { plural, button } = kg.sections;

  const expandText = (more) =>
    more === Infinity ? "Expand" : `Expand (${more.toLocaleString("en")} more)`;

  const actions = (node) => {
    const state = kg.state.get();
    const around = (hops) =>
      button(
        String(hops),
        () => kg.state.set({ around: node.id, hops, from: null, to: null, table: null }),
        {
          "aria-pressed": state.around === node.id && state.hops === hops ? "true" : "false",
          "data-action": `around ${hops}`,
          "aria-label": `Show only the neighbourhood of ${plural(hops, "step")}`,
        },
      );
    const isMap = kg.picture.isMap();
    const more = isMap ? kg.overview.moreAt(node, state.expanded) : 0;
    const isOpened = kg.overview.countOf(state.expanded, node.id) > 0;
    const isPinned = kg.pins.isPinned(node);
    return make(
      "div",
      { class: "actions" },
      more > 0
        ? button(expandText(more), () => kg.opening.expand(node), {
            "data-action": "expand",
            title: `Draw ${Math.min(more, kg.neighbours.STEP)} neighbours more, the most important`,
          })
        : null,
      isOpened
        ? button("Collapse", () => kg.opening.collapse(node), { "data-action": "collapse" })
        : null,
      make(
        "span",
        { class: "group", role: "group", "aria-label": "Neighbourhood" },
        make("span", {}, "Only within"),
        around(1),
        around(2),
        around(3),
        make("span", {}, "steps"),
      ),
      button("Path to…", () =>
        kg.state.set({ from: node.id, to: null, around: null, table: null }),
      ),
      isMap
        ? button(
            isPinned ? "Unpin" : "Pin",
            () => (isPinned ? kg.pins.remove(node) : kg.picture.pin(node)),
            { "data-action": "pin" },
          )
        : null,
      button("Hide", () =>
        kg.state.set({ removed: [...kg.state.get().removed, node.id], selected: null }),
      ),
    );
  };

  return { actions };
})();
