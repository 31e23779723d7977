"use strict";

/** Light or dark: as the system has it, until the reader chooses. */
kg.theme = (() => {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  let dark = system.matches;
  const listeners = [];

  const paint = () => {
    root.dataset.theme = dark ? "dark" : "light";
    for (const kind of kg.graph.kinds.values()) {
      root.style.setProperty(`--kind-${kind.name}`, colorOf(kind));
    }
    button.textContent = dark ? "Light" : "Dark";
    button.setAttribute("aria-label", dark ? "Light colours" : "Dark colours");
  };
  const set = (on) => {
    dark = on;
    paint();
    for (const listener of listeners) listener();
  };

  /** The colour of a kind or predicate. */
  const colorOf = (thing) => (dark ? thing.dark : thing.light);

  /** The page's own colours, for drawing on a canvas: background, raised, ink, faintInk. */
  const readPaper = () => {
    const style = getComputedStyle(root);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      background: read("--background"),
      raised: read("--raised"),
      ink: read("--ink"),
      faintInk: read("--faint-ink"),
    };
  };

  // Paper is white, whatever the screen.
  let wasDark = dark;
  window.addEventListener("beforeprint", () => {
    wasDark = dark;
    if (dark) set(false);
  });
  window.addEventListener("afterprint", () => {
    if (wasDark) set(true);
  });

  button.addEventListener("click", () => set(!dark));
  system.addEventListener("change", (event) => set(event.matches));
  paint();

  return { colorOf, readPaper, onChange: (listener) => listeners.push(listener) };
})();
