// Draws a calendar; see behaviours/calendar.js. A module of its own, because only the calendar needs it.
import { Calendar } from "@fullcalendar/core";
import zhTw from "@fullcalendar/core/locales/zh-tw";
import dayGrid from "@fullcalendar/daygrid";
import interaction from "@fullcalendar/interaction";
import timeGrid from "@fullcalendar/timegrid";

// Times are those of the person's own zone, whatever zone the browser is in: they come and go without one.
export function draw(element, options) {
  const calendar = new Calendar(element, {
    plugins: [dayGrid, timeGrid, interaction], locales: [zhTw], timeZone: "UTC", headerToolbar: false, height: "100%", nowIndicator: true,
    selectable: true, selectMirror: true, editable: true, dayMaxEvents: true, eventOrder: "order,start,title", scrollTime: "08:00:00", slotDuration: "00:30:00",
    longPressDelay: 350, eventInteractive: true, views: { timeGrid: { allDayText: "" } },
    // What scrolls can be scrolled by keyboard, also on a day without entries: its first column takes the focus.
    dayCellDidMount: ({ el }) => {
      const frame = el.querySelector(".fc-timegrid-col-frame");
      if (frame && !el.previousElementSibling?.classList.contains("fc-day")) frame.tabIndex = 0;
    },
    // It says whether it is expanded, and only a button can.
    moreLinkDidMount: ({ el }) => el.setAttribute("role", "button"),
    // What does not fit into its hour can be read.
    eventDidMount: ({ el, event }) => (el.title = event.title),
    ...options,
  });
  calendar.render();
  return calendar;
}
