// The rows of a listbox that an input drives: one is marked, the input points at it. const rows = options(list, input)
export function options(list, input) {
  const all = () => [...list.querySelectorAll('[role="option"]')];
  const current = () => list.querySelector('[role="option"][aria-selected="true"]');

  function mark(option, scroll = true) {
    all().forEach((one, index) => {
      one.id ||= `${list.id}-${index}`;
      one.setAttribute("aria-selected", String(one === option));
    });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    if (scroll) option?.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const rows = all();
    if (rows.length) mark(rows.at((rows.indexOf(current()) + by) % rows.length));
  }

  return { all, current, mark, step };
}

// The rows that an address answers with; nothing when it was given up or could not be reached.
export async function found(url, signal) {
  try {
    const answer = await fetch(url, { signal, headers: { "HX-Request": "true" } });
    return answer.ok ? await answer.text() : "";
  } catch {
    return "";
  }
}
