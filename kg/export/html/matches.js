"use strict";

/** Where the words of a query stand in a text, whatever their case and accents. */
kg.matches = (() => {
  const { fold } = kg.graph;
  const { make } = kg.elements;

  const AROUND = 45; // characters of a text that are shown before and after a word

  /** Spans of the words in a text that begin as a word of the query does, the longest first. */
  const find = (text, query) => {
    const wanted = fold(query)
      .split(" ")
      .filter(Boolean)
      .sort((a, b) => b.length - a.length);
    const spans = [];
    for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const folded = fold(word);
      const match = wanted.find((each) => folded.startsWith(each));
      if (match === undefined) continue;
      // Folding may change the length; then the whole word is meant.
      const length = folded.length === word.length ? match.length : word.length;
      spans.push([index, index + length]);
    }
    return spans;
  };

  /** The text from `start` to `end` with the words of the query marked. */
  const mark = (text, query, start = 0, end = text.length) => {
    const children = [];
    let at = start;
    for (const [first, last] of find(text, query)) {
      if (first < at || last > end) continue;
      children.push(text.slice(at, first), make("mark", {}, text.slice(first, last)));
      at = last;
    }
    return [...children, text.slice(at, end)];
  };

  /** A piece of the first text that has a word of the query, marked; empty without one. */
  const excerpt = (texts, query) => {
    for (const text of texts) {
      const [first] = find(text, query);
      if (first === undefined) continue;
      const start = Math.max(0, text.lastIndexOf(" ", Math.max(0, first[0] - AROUND)) + 1);
      const space = text.indexOf(" ", first[1] + AROUND);
      const end = space < 0 ? text.length : space;
      return [
        start > 0 ? "… " : "",
        ...mark(text, query, start, end),
        end < text.length ? " …" : "",
      ];
    }
    return [];
  };

  return { mark, excerpt };
})();
