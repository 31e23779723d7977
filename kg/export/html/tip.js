"use strict";

/** The note beside the pointer. */
kg.tip = (() => {
  const tip = document.getElementById("tip");

  /** Show a text beside the pointer of an event over a container. */
  const show = (text, event, container) => {
    const box = container.getBoundingClientRect();
    tip.textContent = text;
    tip.hidden = false;
    const x = event.clientX - box.left + 14;
    tip.style.left = `${Math.max(4, Math.min(x, box.width - tip.offsetWidth - 8))}px`;
    tip.style.top = `${event.clientY - box.top + 16}px`;
  };
  const hide = () => {
    tip.hidden = true;
  };

  return { show, hide };
})();
