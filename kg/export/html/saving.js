"use strict";

/** The view as a file: the picture as PNG, a table as CSV. */
kg.saving = (() => {
  const save = (blob, name) => {
    const address = URL.createObjectURL(blob);
    const link = kg.elements.make("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    URL.revokeObjectURL(address);
  };

  /**
   * A value for CSV (RFC 4180). What a spreadsheet would take for a formula gets an
   * apostrophe before it (OWASP, CSV injection).
   */
  const cell = (value) => {
    const text = String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const toCsv = (rows) => rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");

  const savePng = () => kg.picture.copy().toBlob((blob) => save(blob, "graph.png"), "image/png");
  const saveCsv = (table, visible) =>
    save(new Blob([toCsv(kg.table.values(table, visible))], { type: "text/csv" }), `${table}.csv`);

  // So that what is printed has the colours of paper.
  window.addEventListener("beforeprint", () => kg.picture.network.redraw());

  return { savePng, saveCsv, toCsv };
})();
