// A calendar of days, weeks and months: shows what its address gives, moves by drag, plans by click. The program is loaded when it is met.
//   <div data-controller="calendar" data-calendar-library-value="/static/dist/calendar.js" data-calendar-url-value="/calendar/events?people=3"
//        data-calendar-new-value="/activities/plan" data-calendar-view-value="week" data-calendar-day-value="2027-01-05" …>
//     <button data-action="calendar#back"> <button data-action="calendar#today"> <button data-action="calendar#show" data-calendar-view-param="month">
//     <h2 data-calendar-target="title"></h2> <div data-calendar-target="grid"></div></div>
// Events: {id, title, start, end, allDay, className, editUrl, moveUrl}; without an editUrl there is nothing to open. A drop POSTs {start, end, whole} to moveUrl; of what `repeats` a dialog from there asks first.
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";

const VIEWS = { day: "timeGridDay", week: "timeGridWeek", month: "dayGridMonth" };
const NARROW = matchMedia("(width <= 640px)"); // seven columns would be too narrow to read

export default class extends Controller {
  static targets = ["grid", "title", "view"];
  static values = { library: String, url: String, new: String, view: String, day: String, now: String, language: String, first: Number, hours: Array };

  async connect() {
    this.again = () => this.calendar?.refetchEvents();
    document.body.addEventListener("records-changed", this.again);
    const started = Date.now();
    const library = await import(this.libraryValue);
    if (!this.element.isConnected) return;
    this.calendar = library.draw(this.gridTarget, {
      initialView: VIEWS[this.viewValue] ?? (NARROW.matches ? VIEWS.day : VIEWS.week),
      initialDate: this.dayValue,
      locale: this.languageValue,
      firstDay: this.firstValue,
      businessHours: this.hoursValue.length ? this.hoursValue : false,
      now: () => new Date(Date.parse(`${this.nowValue}Z`) + Date.now() - started).toISOString(),
      events: ({ startStr, endStr }) => this.events(startStr, endStr),
      eventDrop: ({ event }) => this.moved(event),
      eventResize: ({ event }) => this.moved(event),
      select: (span) => this.plan(span),
      eventClick: ({ event, jsEvent }) => {
        jsEvent.preventDefault();
        if (!event.extendedProps.editUrl) return;
        htmx.ajax("GET", event.extendedProps.editUrl, { target: "#dialog", swap: "innerHTML" });
      },
      datesSet: ({ view }) => this.shown(view),
    });
    this.element.dataset.drawn = "";
  }

  disconnect() {
    document.body.removeEventListener("records-changed", this.again);
    this.calendar?.destroy();
  }

  async events(start, end) {
    const url = new URL(this.urlValue, location.href);
    url.searchParams.set("start", start.slice(0, 10));
    url.searchParams.set("end", end.slice(0, 10));
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }

  async moved(event) {
    const values = { start: plain(event.startStr), end: plain(event.endStr), whole: event.allDay ? "1" : "" };
    const { moveUrl, repeats } = event.extendedProps;
    // Of what repeats it is asked which times are meant; whoever closes the question moves nothing.
    if (repeats) document.getElementById("dialog").addEventListener("close", this.again, { once: true });
    if (repeats) await htmx.ajax("GET", `${moveUrl}?${new URLSearchParams(values)}`, { target: "#dialog", swap: "innerHTML" });
    else await htmx.ajax("POST", moveUrl, { values, swap: "none" });
    if (!repeats) this.again();
  }

  plan({ startStr, endStr, allDay }) {
    const values = allDay ? { due_on: startStr.slice(0, 10) } : { starts_at: plain(startStr), ends_at: plain(endStr) };
    htmx.ajax("GET", `${this.newValue}?${new URLSearchParams(values)}`, { target: "#dialog", swap: "innerHTML" });
    this.calendar.unselect();
  }

  shown(view) {
    this.titleTarget.textContent = view.title;
    const name = Object.keys(VIEWS).find((one) => VIEWS[one] === view.type);
    for (const button of this.viewTargets) button.setAttribute("aria-pressed", String(button.dataset.calendarViewParam === name));
    const url = new URL(location.href);
    url.searchParams.set("view", name);
    url.searchParams.set("day", view.calendar.getDate().toISOString().slice(0, 10));
    history.replaceState(history.state, "", url);
  }

  back() { this.calendar.prev(); }
  forward() { this.calendar.next(); }
  today() { this.calendar.today(); }
  show({ params }) { this.calendar.changeView(VIEWS[params.view]); }
}

// Without its zone, which is the person's own.
function plain(text) {
  return (text ?? "").replace(/(Z|[+-]\d\d:\d\d)$/, "").slice(0, 16);
}
