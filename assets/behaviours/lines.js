// The lines of a conversation, <li id="message-7" data-at="17.5" data-author="3" data-day="Monday">: each once, put by data-at. Between them
// stand the day, and where what is new begins; a line that goes on what the same person said a moment before shows no head (data-goes-on).
import htmx from "../boot.js";

const MOMENT = 300;

export function parsed(markup) {
  const holder = document.createElement("template");
  holder.innerHTML = markup;
  return holder.content;
}

// In place of the same line in another state, else behind those that came before it; never while somebody changes it. Without a list only
// what is there changes.
export function put(line, list) {
  const present = document.getElementById(line.id);
  if (present && present.dataset.state === line.dataset.state) return;
  if (present?.querySelector(".message-editing, :popover-open") || !(present || list)) return;
  const others = present ? [] : [...list.querySelectorAll(":scope > [data-at]")];
  const before = others.findLast((one) => Number(one.dataset.at) <= Number(line.dataset.at));
  if (present) present.replaceWith(line);
  else if (before) before.after(line);
  else list.insertBefore(line, others[0] ?? null);
  htmx.process(line);
}

export function arrange(list, { read, me, words }) {
  for (const old of list.querySelectorAll(":scope > .talk-day, :scope > .talk-new")) old.remove();
  let [before, hasNew] = [null, false];
  for (const line of [...list.querySelectorAll(":scope > [data-author]")]) {
    const { at, author, day } = line.dataset;
    const isNewDay = day && day !== before?.day;
    if (isNewDay) line.before(mark("talk-day", day));
    const isNew = read && day && !hasNew && Number(at) > read + 0.0001 && author !== String(me);
    if (isNew) line.before(mark("talk-new", words));
    hasNew ||= Boolean(isNew);
    const goesOn = !isNewDay && !isNew && author === before?.author && (!at || Number(at) - Number(before.at) < MOMENT);
    line.toggleAttribute("data-goes-on", Boolean(goesOn));
    before = { at: at ?? before?.at, author, day: day || before?.day };
  }
}

function mark(name, words) {
  const found = document.createElement("li");
  found.className = name;
  found.append(Object.assign(document.createElement("span"), { textContent: words }));
  return found;
}
