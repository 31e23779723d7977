"use strict";

/** Text with its mentions marked, and the sentences that statements were read from. */
kg.evidence = (() => {
  const { nodes, shorten } = kg.graph;
  const { make, colorByKind, outward, nodeLink } = kg.elements;

  const mentionMarks = (abstract) =>
    abstract.mentions.map(([start, end, number, type]) => ({ start, end, number, type }));

  const linkMarks = (abstract) =>
    abstract.links.map(([start, end, address]) => ({ start, end, address }));

  const markedText = (mark, text, strong) => {
    if (mark.address !== undefined) return outward(mark.address, text);
    const node = nodes[mark.number];
    const kind = node ? node.kind : mark.type;
    const properties = {
      class: strong ? "mention strong" : "mention",
      title: node ? `${kind}: ${node.label}` : (kind ?? null),
    };
    if (!node) {
      const element = make("mark", properties, text);
      return kind ? colorByKind(element, kind) : element;
    }
    const element = make(
      "a",
      {
        ...properties,
        href: kg.state.hrefOf({ selected: node.id }),
        onclick: (event) => {
          event.preventDefault();
          kg.state.set({ selected: node.id });
        },
      },
      strong ? make("mark", {}, text) : text,
    );
    return colorByKind(element, kind);
  };

  /** The text from `start` to `end` with marks; of overlapping marks the first wins. */
  const mark = (text, start, end, marks, isStrong) => {
    const children = [];
    let at = start;
    for (const each of [...marks].sort((a, b) => a.start - b.start)) {
      if (each.start < at || each.end > end || each.end <= each.start) continue;
      children.push(text.slice(at, each.start));
      children.push(markedText(each, text.slice(each.start, each.end), isStrong(each)));
      at = each.end;
    }
    children.push(text.slice(at, end));
    return children;
  };

  /** An abstract's whole text with every mention and address marked. */
  const fullText = (abstract) =>
    make(
      "p",
      { class: "text", dir: "auto" },
      ...mark(
        abstract.text,
        0,
        abstract.text.length,
        [...mentionMarks(abstract), ...linkMarks(abstract)],
        () => false,
      ),
    );

  /**
   * A sentence that something was read from.
   * @param {Object} item A piece of evidence.
   * @param {Set<number>} about Nodes whose mentions are marked strongly.
   */
  const sentence = (item, about) => {
    const quote = make("blockquote", { dir: "auto" });
    if (item.abstract === undefined) {
      const span = { start: item.start, end: item.end };
      const whole = span.start === 0 && span.end === item.sentence.length;
      quote.append(
        ...mark(item.sentence, 0, item.sentence.length, whole ? [] : [span], () => true),
      );
      return quote;
    }
    const abstract = nodes[item.abstract];
    const [start, end] = item.sentence;
    const marks = [...mentionMarks(abstract), ...linkMarks(abstract)];
    const [spanStart, spanEnd] = item.span;
    const isSpan = (each) => each.start === spanStart && each.end === spanEnd;
    const hasOwnMark = marks.some((each) => each.start < spanEnd && each.end > spanStart);
    if (!hasOwnMark) marks.push({ start: spanStart, end: spanEnd });
    quote.append(
      ...mark(
        abstract.text,
        start,
        end,
        marks,
        (each) => each.number === undefined || about.has(each.number) || isSpan(each),
      ),
    );
    return quote;
  };

  const source = (item) =>
    make(
      "p",
      { class: "source" },
      "from ",
      item.abstract === undefined
        ? make("cite", { dir: "auto" }, item.label)
        : nodeLink(nodes[item.abstract], shorten(nodes[item.abstract].label, 80)),
    );

  /**
   * The sentences of an edge, one of each place, with or without the abstract's name.
   * @param {Object} edge
   * @param {{named?: boolean, most?: number}} options
   */
  const ofEdge = (edge, { named = true, most = Infinity } = {}) => {
    const about = new Set([edge.from, edge.to, ...(edge.via ?? [])]);
    const seen = new Set();
    const parts = [];
    for (const item of edge.evidence) {
      const key = JSON.stringify([item.abstract ?? item.label, item.sentence]);
      if (seen.has(key) || seen.size >= most) continue;
      seen.add(key);
      parts.push(sentence(item, about));
      if (named) parts.push(source(item));
    }
    return parts;
  };

  return { fullText, sentence, source, ofEdge };
})();
