// Keys that are pressed before the field is there that they are meant for: kept, and typed into it once it has the focus.
//   const keys = ahead(); keys.drop(); keys.keep(event); keys.type((field) => theNextOne(field).focus());
export function ahead() {
  let kept = [];

  function told(field) {
    if (field.value !== field.defaultValue) field.dispatchEvent(new Event(field.matches("[role=combobox]") ? "input" : "change", { bubbles: true }));
  }

  // What comes after it is for the field that this one leads to.
  function enter(field, rest) {
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    kept = rest;
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
      const typed = kept.splice(0);
      while (typed.length) {
        const field = document.activeElement;
        const key = typed.shift();
        if (key !== "Enter") field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
        if (key === "Enter" || !typed.length) told(field);
        if (key !== "Enter") continue;
        if (!field.matches("[role=combobox]")) forward(field);
        else return enter(field, typed);
      }
    },
  };
}
