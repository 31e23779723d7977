"use strict";

/**
 * Where the keyboard is. A change of the state draws parts of the page anew, and with them goes
 * the link or button that was just pressed: its successor gets the focus, else what is next.
 */
kg.focus = (() => {
  const byId = (id) => document.getElementById(id);
  const [panel, restrictions, table, picture] = ["panel", "restrictions", "table", "picture"].map(
    byId,
  );

  const nameOf = (element) => `${element.tagName} ${element.ariaLabel ?? element.textContent}`;
  const successorIn = (part, name) =>
    [...part.querySelectorAll("a, button")].find((element) => nameOf(element) === name);

  const view = () => (picture.hidden ? table : picture);

  kg.state.onChange((now, before) => {
    const at = document.activeElement;
    const part = [panel, restrictions, table].find((each) => each.contains(at));
    if (part === undefined) return;
    const name = nameOf(at);
    // After all others that listen have drawn.
    queueMicrotask(() => {
      if (document.activeElement !== document.body) return;
      const isOther = part === panel && now.selected !== before.selected;
      const successor = isOther ? undefined : successorIn(part, name);
      const next = part === panel ? panel.querySelector("h2") : null;
      (successor ?? next ?? view()).focus();
    });
  });
})();
