// What moves together in a list where some rows (data-heads) head those below them. blockOf(rows, row): the row, and what it heads.
// stepped(rows, row, by): {block, rest, place}: the place of the block among the rest, one step up or down; -1 where there is none.
export function blockOf(rows, row) {
  if (!row.hasAttribute("data-heads")) return [row];
  const below = rows.slice(rows.indexOf(row) + 1);
  const end = below.findIndex((one) => one.hasAttribute("data-heads"));
  return [row, ...below.slice(0, end < 0 ? undefined : end)];
}

export function stepped(rows, row, by) {
  const block = blockOf(rows, row);
  const rest = rows.filter((one) => !block.includes(one));
  const at = rows.indexOf(row);
  if (block.length === 1) return { block, rest, place: at + by > rest.length ? -1 : at + by };
  // A section that has lines goes past the whole of another one.
  const heads = rest.flatMap((one, index) => (one.hasAttribute("data-heads") ? index : []));
  const up = heads.findLast((index) => index < at) ?? -1;
  const down = at < rest.length ? heads.find((index) => index > at) ?? rest.length : -1;
  return { block, rest, place: by < 0 ? up : down };
}

// Moves an element behind another one; what has the focus in it keeps it.
export function putAfter(other, element) {
  if (element.contains(document.activeElement) && other.parentElement.moveBefore) other.parentElement.moveBefore(element, other.nextSibling);
  else other.after(element);
}
