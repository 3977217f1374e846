// Puts a floating element beside its anchor and keeps it inside the window: place(menu, button).
export function place(floating, anchor, { wide = false } = {}) {
  const box = anchor.getBoundingClientRect();
  if (wide) floating.style.minWidth = `${box.width}px`;
  const { offsetWidth: width, offsetHeight: height } = floating;
  const below = window.innerHeight - box.bottom - 8;
  const top = height > below && box.top > below ? Math.max(8, box.top - height - 4) : box.bottom + 4;
  const start = box.left + width > window.innerWidth - 8 ? box.right - width : box.left;
  floating.style.top = `${Math.round(top)}px`;
  floating.style.left = `${Math.round(Math.min(Math.max(8, start), window.innerWidth - width - 8))}px`;
}
