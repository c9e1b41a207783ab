"use strict";
// Everything shown comes from the JSON beside this script, and enters the page as text only.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const make = (tag, text, cls) => {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    if (cls) node.className = cls;
    return node;
  };
  const percent = (x) => (x === null || x === undefined ? "n/a" : (100 * x).toFixed(2));
  const models = data.models;

  // ---- fields: sortable, filterable
  const body = document.querySelector("#fields tbody");
  const filter = document.getElementById("field-filter");
  const sorted = { key: "path", up: true };
  const value = (row, key) => {
    if (key === "path" || key === "category") return row[key];
    const [model, figure] = key.split(".");
    return row[model] ? row[model][figure] : null;
  };
  const drawFields = () => {
    const words = filter.value.toLowerCase();
    const rows = data.fields.filter((row) => (row.path + " " + row.category).toLowerCase().includes(words));
    rows.sort((a, b) => {
      const x = value(a, sorted.key), y = value(b, sorted.key);
      if (x === y) return 0;
      if (x === null) return 1;
      if (y === null) return -1;
      return (x < y ? -1 : 1) * (sorted.up ? 1 : -1);
    });
    body.replaceChildren(...rows.map((row) => {
      const line = make("tr");
      const path = make("td");
      const jump = make("button", null, "plain");
      jump.append(make("code", row.path));
      jump.title = "Show documents where this field is wrong";
      jump.addEventListener("click", () => { fieldPick.value = row.path; kindPick.value = "error"; restart(); document.getElementById("gallery").scrollIntoView(); });
      path.append(data.gallery.length ? jump : make("code", row.path));
      line.append(path, make("td", row.category), make("td", String(row[models[models.length - 1]].support), "n"));
      for (const model of models) line.append(make("td", percent(row[model].accuracy), "n"), make("td", percent(row[model].f1), "n"));
      return line;
    }));
  };
  for (const head of document.querySelectorAll("#fields th[data-key]")) {
    head.querySelector("button").addEventListener("click", () => {
      sorted.up = sorted.key === head.dataset.key ? !sorted.up : true;
      sorted.key = head.dataset.key;
      for (const other of document.querySelectorAll("#fields th")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", sorted.up ? "ascending" : "descending");
      drawFields();
    });
  }
  filter.addEventListener("input", drawFields);

  // ---- gallery: one document at a time, so that thousands cost nothing
  const fieldPick = document.getElementById("gallery-field");
  const kindPick = document.getElementById("gallery-kind");
  const modelPick = document.getElementById("gallery-model");
  const place = document.getElementById("gallery-place");
  const sheet = document.getElementById("sheet");
  const table = document.querySelector("#values tbody");
  const title = document.getElementById("document-name");
  let shown = [], at = 0;
  const kindOf = (row, model) => row.kinds[model];
  const matches = (row, model) =>
    (!fieldPick.value || row.field === fieldPick.value) &&
    (kindPick.value === "any" || (kindPick.value === "error" ? kindOf(row, model) !== "hit" && kindOf(row, model) !== "empty" : kindOf(row, model) === kindPick.value));
  const cell = (content) => {
    if (content === null || content === undefined) return make("td", "none", "v none");
    return make("td", typeof content === "string" ? content : JSON.stringify(content), "v");
  };
  const draw = () => {
    place.textContent = shown.length ? `${at + 1} of ${shown.length}` : "no document matches";
    document.getElementById("previous").disabled = at <= 0;
    document.getElementById("next").disabled = at >= shown.length - 1;
    sheet.replaceChildren();
    table.replaceChildren();
    if (!shown.length) { title.textContent = ""; return; }
    const item = shown[at], model = modelPick.value;
    title.textContent = item.id + (item.note ? " \u00b7 " + item.note : "");
    for (const page of item.pages) {
      const frame = make("div", null, "sheet");
      const image = make("img");
      image.loading = "lazy";
      image.alt = `page of ${item.id}`;
      image.src = page.src;
      frame.append(image);
      for (const box of page.boxes || []) {
        const mark = make("div", null, "box");
        mark.title = box.path;
        mark.style.left = 100 * box.x + "%"; mark.style.top = 100 * box.y + "%";
        mark.style.width = 100 * box.w + "%"; mark.style.height = 100 * box.h + "%";
        frame.append(mark);
      }
      sheet.append(frame);
    }
    if (!item.pages.length) sheet.append(make("p", "No page image was given for this document.", "note"));
    for (const row of item.rows) {
      if (kindOf(row, model) === "empty") continue;
      const line = make("tr", null, kindOf(row, model));
      const path = make("td");
      path.append(make("code", row.path));
      line.append(path, cell(row.expected));
      for (const name of models) {
        const predicted = cell(row.actual[name]);
        if (name !== model) predicted.className = predicted.className.replace(/^v/, "");
        line.append(predicted);
      }
      line.append(make("td", kindOf(row, model)));
      table.append(line);
    }
  };
  const restart = () => {
    const model = modelPick.value;
    shown = data.gallery.filter((item) => item.rows.some((row) => matches(row, model)));
    at = 0;
    draw();
  };
  if (data.gallery.length) {
    for (const pick of [fieldPick, kindPick]) pick.addEventListener("change", restart);
    modelPick.addEventListener("change", restart);
    document.getElementById("previous").addEventListener("click", () => { at = Math.max(0, at - 1); draw(); });
    document.getElementById("next").addEventListener("click", () => { at = Math.min(shown.length - 1, at + 1); draw(); });
    document.addEventListener("keydown", (event) => {
      if (event.target.matches("input, select, textarea")) return;
      if (event.key === "ArrowLeft" && at > 0) { at -= 1; draw(); }
      if (event.key === "ArrowRight" && at < shown.length - 1) { at += 1; draw(); }
    });
    restart();
  }
  drawFields();
})();
