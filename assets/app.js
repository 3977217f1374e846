// Everything the browser runs: htmx for requests, Stimulus for behaviours. Loaded in <head> without `defer` on purpose:
// boot.js sets the remembered rail before anything is painted. htmx and Stimulus themselves wait for the page.
import { Application } from "@hotwired/stimulus";
import "./boot.js";
import arrange from "./behaviours/arrange.js";
import attach from "./behaviours/attach.js";
import autosubmit from "./behaviours/autosubmit.js";
import bulkbar from "./behaviours/bulkbar.js";
import calendar from "./behaviours/calendar.js";
import celebrate from "./behaviours/celebrate.js";
import cells from "./behaviours/cells.js";
import chart from "./behaviours/chart.js";
import columns from "./behaviours/columns.js";
import combobox from "./behaviours/combobox.js";
import composer from "./behaviours/composer.js";
import confirm from "./behaviours/confirm.js";
import copy from "./behaviours/copy.js";
import dialog from "./behaviours/dialog.js";
import dropzone from "./behaviours/dropzone.js";
import entry from "./behaviours/entry.js";
import fold from "./behaviours/fold.js";
import inlineEdit from "./behaviours/inline-edit.js";
import insert from "./behaviours/insert.js";
import live from "./behaviours/live.js";
import menu from "./behaviours/menu.js";
import mention from "./behaviours/mention.js";
import outbox from "./behaviours/outbox.js";
import palette from "./behaviours/palette.js";
import passkey from "./behaviours/passkey.js";
import pickAll from "./behaviours/pick-all.js";
import picked from "./behaviours/picked.js";
import presence from "./behaviours/presence.js";
import preserve from "./behaviours/preserve.js";
import push from "./behaviours/push.js";
import quick from "./behaviours/quick.js";
import rail from "./behaviours/rail.js";
import rating from "./behaviours/rating.js";
import reorder from "./behaviours/reorder.js";
import reply from "./behaviours/reply.js";
import rows from "./behaviours/rows.js";
import seen from "./behaviours/seen.js";
import selection from "./behaviours/selection.js";
import shortcuts from "./behaviours/shortcuts.js";
import side from "./behaviours/side.js";
import signature from "./behaviours/signature.js";
import sortable from "./behaviours/sortable.js";
import talk from "./behaviours/talk.js";
import theme from "./behaviours/theme.js";
import toast from "./behaviours/toast.js";
import tray from "./behaviours/tray.js";
import typing from "./behaviours/typing.js";
import upload from "./behaviours/upload.js";
import walk from "./behaviours/walk.js";

const behaviours = {
  arrange, attach, autosubmit, bulkbar, calendar, celebrate, cells, chart, columns, combobox, composer, confirm, copy, dialog, dropzone, entry, fold, "inline-edit": inlineEdit, insert, live, mention, menu, outbox, palette, passkey,
  "pick-all": pickAll, picked, presence, preserve, push, quick, rail, rating, reorder, reply, rows, seen, selection, shortcuts, side, signature, sortable, talk, theme, toast, tray, typing, upload, walk,
};

const application = Application.start();
for (const [name, behaviour] of Object.entries(behaviours)) application.register(name, behaviour);
