"use strict";

/** Say something to screen readers. */
kg.say = (text) => {
  document.getElementById("status").textContent = text;
};

/** Bring everything in line with the state, now and at each change. */
(() => {
  const { state, picture, panel, filters, table, graph, opening } = kg;
  const body = document.body;
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const narrow = window.matchMedia("(max-width: 760px)");

  // ---- From state to view

  const SHAPING = [
    "kinds",
    "predicates",
    "confidence",
    "shared",
    "years",
    "document",
    "around",
    "hops",
    "from",
    "to",
    "removed",
    "expanded",
    "pinned",
  ];
  const OF_PANEL = ["selected", "around", "hops", "from", "to", "expanded", "pinned"];
  const REFRAMING = ["around", "hops", "from", "to"];
  const changed = (names, now, before) => names.some((name) => now[name] !== before[name]);

  let visible = null; // what the picture shows
  let listed = null; // what a table shows, which has room for all that is held
  const show = (now, before) => {
    const isFirst = before === null;
    if (isFirst || changed(SHAPING, now, before)) {
      visible = kg.visibility.compute(now);
      listed = { ...visible, ...visible.all };
      picture.setShown(visible, kg.arrangement.of(now, visible), kg.pins.placesOf(now));
    }
    const asTable = table.show(now.table, listed);
    filters.update(now, asTable ? listed : visible);
    byId("show-table").setAttribute("aria-pressed", asTable ? "true" : "false");
    byId("picture").hidden = asTable;
    body.classList.toggle("as-table", asTable);

    const panelChanged = isFirst || changed(OF_PANEL, now, before);
    const item = panelChanged ? panel.show(now.selected) : selected(now.selected);
    const isEdge = item !== null && item.from !== undefined;
    picture.select(isEdge ? null : item, isEdge ? item : null);
    const reframed = isFirst || changed(REFRAMING, now, before);
    if (item && (isFirst || now.selected !== before.selected)) {
      kg.say(`Selected: ${isEdge ? item.predicate : `${item.kind} ${item.label}`}`);
      move(now.around === null && now.to === null ? "showFocus" : "showAll");
    } else if (item && wasOpened(now, before)) {
      move("showFocus");
    } else if (reframed) {
      if (isFirst) picture.showAll({ animate: false });
      else move("showAll");
    }
    opening.loadOpened(now);
    if (!isFirst && changed(SHAPING, now, before)) {
      kg.say(`${visible.nodeCount} nodes and ${visible.edgeCount} edges shown`);
    }
  };
  const wasOpened = (now, before) =>
    picture.isMap() && now.expanded.length > 0 && now.expanded !== before.expanded;
  const selected = (id) => graph.nodeById.get(id) ?? graph.edgeById.get(id) ?? null;
  const move = (how) => {
    // After the panel has taken its place, so that the picture has its new size.
    requestAnimationFrame(() => {
      picture.fit();
      const coveredHeight = narrow.matches ? panel.element.offsetHeight : 0;
      if (how === "showAll") picture.showAll({ coveredHeight });
      else picture.showFocus(coveredHeight);
    });
  };

  state.onChange(show);
  opening.onLoad(() => show(state.get(), { ...state.get(), expanded: null }));
  window.addEventListener("popstate", opening.loadNamed);
  picture.onClick((node, edge) => state.set({ selected: (node ?? edge)?.id ?? null }));
  picture.onOpen((node) => {
    if (kg.overview.isWhole || !picture.isMap()) {
      state.set({ selected: node.id, around: node.id, hops: 1 });
    } else {
      opening.expand(node);
    }
  });
  byId("picture").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = graph.nodeById.get(state.get().selected);
    if (!node || !picture.isMap()) return;
    if (event.key === "e") opening.expand(node);
    else if (event.key === "p" && kg.pins.isPinned(node)) kg.pins.remove(node);
    else if (event.key === "p") picture.pin(node);
  });

  // ---- Buttons

  byId("zoom-in").addEventListener("click", () => picture.zoom(1.4));
  byId("zoom-out").addEventListener("click", () => picture.zoom(1 / 1.4));
  byId("zoom-all").addEventListener("click", () => picture.showAll());
  byId("show-table").addEventListener("click", () =>
    state.set({ table: state.get().table === null ? "entities" : null }),
  );
  byId("save-png").addEventListener("click", kg.saving.savePng);
  byId("save-csv").addEventListener("click", () =>
    state.get().table === null
      ? kg.saving.saveCsv("statements", visible)
      : kg.saving.saveCsv(state.get().table, listed),
  );

  const openFilters = (open) => {
    body.classList.toggle("with-filters", open);
    byId("show-filters").setAttribute("aria-expanded", open ? "true" : "false");
  };
  byId("show-filters").addEventListener("click", () =>
    openFilters(!body.classList.contains("with-filters")),
  );
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (narrow.matches && body.classList.contains("with-filters")) openFilters(false);
      else if (state.get().selected !== null) state.set({ selected: null });
    } else if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      kg.search.input.focus();
    }
  });

  openFilters(!narrow.matches);
  show(state.get(), null);
  root.dataset.ready = "true";
  opening.loadNamed();
})();
