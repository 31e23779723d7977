"use strict";

/** Going through the picture by keys: from the selected node to the neighbour that lies there. */
kg.walking = (() => {
  const { nodes, edgesAt, nodeById, otherEnd, words } = kg.graph;
  const picture = document.getElementById("picture");

  const DIRECTIONS = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };

  /** Of some nodes the nearest to a place, what lies off the direction counting as farther. */
  const nearest = (numbers, { x, y }, [dx, dy]) => {
    let best = { far: Infinity, number: null };
    for (const number of numbers) {
      const place = kg.picture.placeOf(nodes[number]);
      const [right, down] = [place.x - x, place.y - y];
      const along = right * dx + down * dy;
      const across = Math.abs(right * dy - down * dx);
      const isThere = (dx === 0 && dy === 0) || along >= across;
      const far = Math.hypot(right, down) + across;
      if (isThere && far < best.far) best = { far, number };
    }
    return best.number;
  };

  const neighbours = (number, visible) =>
    edgesAt[number]
      .filter((edge) => visible.edges[edge.number])
      .map((edge) => otherEnd(edge, number).number)
      .filter((other) => other !== number && visible.nodes[other]);

  /** Select the neighbour that lies in a direction; where nothing is selected, a node amid all. */
  const step = (direction) => {
    const { state, visibility } = kg;
    const visible = visibility.compute(state.get());
    const here = nodeById.get(state.get().selected);
    if (!here || !visible.nodes[here.number]) {
      const box = picture.getBoundingClientRect();
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const all = nodes.map((node) => node.number).filter((number) => visible.nodes[number]);
      const first = nearest(all, middle, [0, 0]);
      if (first !== null) state.set({ selected: nodes[first].id });
      return;
    }
    const next = nearest(neighbours(here.number, visible), kg.picture.placeOf(here), direction);
    if (next === null) {
      kg.say(`No neighbour of ${here.label} lies there`);
      return;
    }
    const edge = edgesAt[here.number].find(
      (each) => visible.edges[each.number] && otherEnd(each, here.number).number === next,
    );
    state.set({ selected: nodes[next].id });
    const [subject, object] = [edge.from, edge.to].map((number) =>
      number === here.number ? "the one before" : "it",
    );
    kg.say(
      `Selected: ${nodes[next].kind} ${nodes[next].label}; ` +
        `${subject} ${words(edge.predicate)} ${object}`,
    );
  };

  picture.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && kg.state.get().selected !== null) {
      event.preventDefault();
      kg.panel.focus();
    } else if (event.ctrlKey && Object.hasOwn(DIRECTIONS, event.key)) {
      event.preventDefault();
      step(DIRECTIONS[event.key]);
    }
  });

  // vis-network's own frame would be a second stop on the way of the tabulator, without a name.
  picture.querySelector(".vis-network").removeAttribute("tabindex");

  const help = kg.elements.make(
    "p",
    { id: "walking", class: "unseen" },
    "Control with an arrow key selects the neighbour that lies there, Enter goes to its details.",
  );
  picture.after(help);
  picture.setAttribute("aria-describedby", help.id);
})();
