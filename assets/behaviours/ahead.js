// Keys that are pressed before the field is there that they are meant for: kept, and typed into it once it has the focus.
//   const keys = ahead(); keys.drop(); keys.keep(event); keys.type((field) => theNextOne(field).focus());
export function ahead() {
  let kept = [];

  function told(field) {
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event(field.matches("[role=combobox]") ? "input" : "change", { bubbles: true }));
  }

  return {
    drop() {
      kept = [];
    },
    keep(event) {
      if ((event.key.length > 1 && event.key !== "Enter") || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      kept.push(event.key);
    },
    type(forward) {
      const typed = kept;
      kept = [];
      for (const key of typed) {
        const field = document.activeElement;
        if (key !== "Enter") field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
        else if (!field.matches("[role=combobox]")) {
          told(field);
          forward(field);
        }
      }
      if (typed.length) told(document.activeElement);
    },
  };
}
