/** Tables of records. */
import { type Child, h } from "@heza/widget/dom";

export interface Column<Row> {
  head: string;
  cell: (row: Row) => Child;
  /** Figures stand at the right, one under the other. */
  figures?: boolean;
}

/**
 * Make a table. The first column names the row.
 *
 * @param caption its name, which screen readers read
 * @param empty what to say if there are no rows
 */
export function table<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  empty: string,
): HTMLElement {
  if (!rows.length) return h("p", { class: "empty" }, empty);
  const kind = ({ figures }: Column<Row>) => (figures ? { class: "figures" } : {});
  const heads = columns.map((column) => h("th", { scope: "col", ...kind(column) }, column.head));
  const cells = (row: Row) =>
    columns.map((column, place) =>
      place === 0
        ? h("th", { scope: "row", ...kind(column) }, column.cell(row))
        : h("td", kind(column), column.cell(row)),
    );
  const body = rows.map((row) => h("tr", {}, ...cells(row)));
  // A wide table scrolls by itself, so the keyboard must be able to reach it.
  return h(
    "div",
    { class: "scroller", role: "region", tabindex: 0, "aria-label": caption },
    h(
      "table",
      {},
      h("caption", { class: "sr" }, caption),
      h("thead", {}, h("tr", {}, ...heads)),
      h("tbody", {}, ...body),
    ),
  );
}
