// Places at the foot that take a dragged card: they rise while <html data-dragging> is set (board.css). The card itself goes home;
// sortable.js then asks the zone's data-url ({key}): by POST, or with data-method="get" for a question in the shared dialog.
//   <div data-controller="dropzone"><div data-dropzone-target="zone" data-column="lost" data-url="/opportunities/{key}/do/lose" data-method="get">
import { Controller } from "@hotwired/stimulus";
import Sortable from "sortablejs";

export default class extends Controller {
  static targets = ["zone"];

  zoneTargetConnected(zone) {
    zone.sortable = new Sortable(zone, { group: { name: "cards", pull: false, put: true }, sort: false, draggable: "[data-key]", ghostClass: "card-ghost" });
  }

  zoneTargetDisconnected(zone) {
    zone.sortable?.destroy();
  }
}
