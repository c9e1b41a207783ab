"use strict";
// Everything shown comes from the JSON beside this script, and enters the page as text only.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const make = (tag, text, cls) => {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    if (cls) node.className = cls;
    return node;
  };
  const points = (x) => (x === null || x === undefined ? "n/a" : (100 * x).toFixed(2));
  const signed = (x) => (x > 0 ? "+" : "") + points(x);
  const models = data.models;

  // ---- fields: sortable, filterable
  const body = document.querySelector("#fields tbody");
  const filter = find("field-filter"), category = find("field-category");
  const sorted = { key: models[models.length - 1] + ".f1", up: true };
  const value = (row, key) => {
    const [name, figure] = key.split(".");
    const found = figure ? row[name] && row[name][figure] : row[name];
    return found === undefined ? null : found;
  };
  const fieldLine = (row) => {
    const line = make("tr"), path = make("td");
    const jump = make(data.gallery.length ? "button" : "span", null, "jump");
    jump.append(make("code", row.path));
    if (data.gallery.length) {
      jump.type = "button";
      jump.title = "Show documents where this field is wrong";
      jump.addEventListener("click", () => show(row.path));
    }
    path.append(jump);
    line.append(path, make("td", row.category), make("td", String(row.support), "n"));
    for (const figure of ["accuracy", "f1"]) for (const model of models) line.append(make("td", points(row[model][figure]), "n"));
    if (models.length > 1) line.append(make("td", signed(row.gain), "n " + row.direction), make("td", row.interval, "n soft"));
    return line;
  };
  const drawFields = () => {
    const words = filter.value.toLowerCase();
    const rows = data.fields.filter((row) => row.path.toLowerCase().includes(words) && (!category.value || row.category === category.value));
    rows.sort((a, b) => {
      const x = value(a, sorted.key), y = value(b, sorted.key);
      if (x === y) return 0;
      if (x === null) return 1;
      if (y === null) return -1;
      return (x < y ? -1 : 1) * (sorted.up ? 1 : -1);
    });
    body.replaceChildren(...rows.map(fieldLine));
    find("field-count").textContent = rows.length === data.fields.length ? "" : `${rows.length} of ${data.fields.length}`;
    for (const head of document.querySelectorAll("#fields th[data-key]")) {
      if (head.dataset.key === sorted.key) head.setAttribute("aria-sort", sorted.up ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
  };
  for (const name of new Set(data.fields.map((row) => row.category))) category.append(make("option", name));
  for (const head of document.querySelectorAll("#fields th[data-key]")) {
    head.querySelector("button").addEventListener("click", () => {
      sorted.up = sorted.key === head.dataset.key ? !sorted.up : true;
      sorted.key = head.dataset.key;
      drawFields();
    });
  }
  filter.addEventListener("input", drawFields);
  category.addEventListener("change", drawFields);
  drawFields();
  addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details")) one.open = true; });

  if (!data.gallery.length) return;

  // ---- gallery: one document at a time, so that thousands cost nothing
  const WORDS = { h: "\u2713 right", w: "\u2717 wrong", m: "\u2212 missing", x: "+ invented" };
  const fieldPick = find("gallery-field"), kindPick = find("gallery-kind"), namePick = find("gallery-name");
  const onlyErrors = find("only-errors"), viewer = document.querySelector(".viewer"), sheet = find("sheet");
  const table = document.querySelector("#values tbody");
  const radios = [...document.querySelectorAll("#gallery-model input")];
  const chosen = () => Number((radios.find((one) => one.checked) || { value: models.length - 1 }).value);
  let shown = [], at = 0;
  // A row is [place, field or 0, expected, predicted by model, outcomes' letters by model, boxes by model].
  const kindOf = (row, k) => row[4][k];
  const isError = (kind) => kind === "w" || kind === "m" || kind === "x";
  const matches = (row, k) => {
    const kind = kindOf(row, k), wanted = kindPick.value;
    return (!fieldPick.value || (row[1] || row[0]) === fieldPick.value) && (!wanted || (wanted === "e" ? isError(kind) : kind === wanted));
  };
  const text = (content) => (typeof content === "string" ? content : JSON.stringify(content));

  // Which characters two short texts have in common, as the longest common subsequence.
  const common = (a, b) => {
    const keep = [new Set(), new Set()];
    if (a.length * b.length > 90000) return null;
    const size = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
    for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) size[i][j] = a[i] === b[j] ? size[i + 1][j + 1] + 1 : Math.max(size[i + 1][j], size[i][j + 1]);
    for (let i = 0, j = 0; i < a.length && j < b.length;) {
      if (a[i] === b[j]) { keep[0].add(i++); keep[1].add(j++); }
      else if (size[i + 1][j] >= size[i][j + 1]) i++; else j++;
    }
    return keep;
  };
  const marked = (cell, content, keep, cls) => {
    for (let i = 0; i < content.length;) {
      const same = keep.has(i);
      let end = i + 1;
      while (end < content.length && keep.has(end) === same) end++;
      const part = content.slice(i, end);
      cell.append(same ? part : make("mark", part, cls));
      i = end;
    }
  };
  const cells = (expected, predicted, kind) => {
    const pair = [make("td"), make("td")];
    const keep = kind === "w" ? common(text(expected), text(predicted)) : null;
    [expected, predicted].forEach((content, k) => {
      if (content === null || content === undefined) { pair[k].textContent = "none"; pair[k].className = "none"; }
      else if (keep) marked(pair[k], text(content), keep[k], k ? "" : "cut");
      else pair[k].textContent = text(content);
      pair[k].dir = "auto";
    });
    return pair;
  };
  const pageOf = (item, source, number, boxes) => {
    const frame = make("div", null, "sheet"), image = make("img");
    image.loading = "lazy";
    image.decoding = "async";
    image.alt = `page ${number} of ${item.id}`;
    image.src = source;
    frame.append(image, ...boxes);
    return frame;
  };
  const boxFor = (row, [, left, top, right, bottom], kind, line) => {
    const mark = make("div", null, kind === "h" ? "box" : "box off");
    mark.title = row[0];
    Object.assign(mark.style, { left: `calc(${100 * left}% - 3px)`, top: `calc(${100 * top}% - 3px)`, width: `calc(${100 * (right - left)}% + 6px)`, height: `calc(${100 * (bottom - top)}% + 6px)` });
    const light = (on) => { mark.classList.toggle("on", on); line.classList.toggle("on", on); };
    for (const node of [mark, line]) {
      node.addEventListener("mouseenter", () => light(true));
      node.addEventListener("mouseleave", () => light(false));
    }
    line.addEventListener("focus", () => { light(true); mark.scrollIntoView({ block: "nearest" }); });
    line.addEventListener("blur", () => light(false));
    line.tabIndex = 0;
    return mark;
  };
  const valueLine = (row, k) => {
    const kind = kindOf(row, k), line = make("tr", null, kind), path = make("td");
    path.append(make("code", row[0]));
    const verdict = make("td", WORDS[kind] || "");
    if (kind === "h" && text(row[2]) !== text(row[3][k])) verdict.append(make("small", "near enough"));
    models.forEach((name, other) => {
      const there = kindOf(row, other);
      if (other !== k && there !== kind && WORDS[there]) verdict.append(make("small", `${data.labels[other]}: ${WORDS[there].slice(2)}`));
    });
    line.append(path, ...cells(row[2], row[3][k], kind), verdict);
    return line;
  };
  const draw = () => {
    find("gallery-place").textContent = shown.length ? `${at + 1} of ${shown.length}` : "no document matches";
    find("previous").disabled = at <= 0;
    find("next").disabled = at >= shown.length - 1;
    sheet.replaceChildren();
    table.replaceChildren();
    const item = shown[at];
    find("document-name").textContent = item ? item.id + (item.note ? " \u00b7 " + item.note : "") : "";
    if (!item) return;
    const k = chosen(), boxes = item.pages.map(() => []);
    for (const row of item.rows) {
      const kind = kindOf(row, k);
      if (!WORDS[kind] || (onlyErrors.checked && !isError(kind))) continue;
      const line = valueLine(row, k);
      for (const box of (row[5] && row[5][k]) || []) if (boxes[box[0] - 1]) boxes[box[0] - 1].push(boxFor(row, box, kind, line));
      table.append(line);
    }
    if (!table.children.length) {
      const line = make("tr"), nothing = make("td", "Nothing is wrong here.", "none");
      nothing.colSpan = 4;
      line.append(nothing);
      table.append(line);
    }
    sheet.append(...item.pages.map((source, n) => pageOf(item, source, n + 1, boxes[n])));
    if (!item.pages.length) sheet.append(make("p", "No page image was given for this document.", "note"));
  };
  const restart = () => {
    const k = chosen(), words = namePick.value.toLowerCase();
    shown = data.gallery.filter((item) => item.id.toLowerCase().includes(words) && ((!fieldPick.value && !kindPick.value) || item.rows.some((row) => matches(row, k))));
    at = 0;
    draw();
  };
  const move = (by) => { const to = at + by; if (to >= 0 && to < shown.length) { at = to; draw(); } };
  function show(path) { fieldPick.value = path; kindPick.value = "e"; namePick.value = ""; restart(); find("gallery").scrollIntoView(); }
  for (const pick of [fieldPick, kindPick]) pick.addEventListener("change", restart);
  namePick.addEventListener("input", restart);
  onlyErrors.addEventListener("change", draw);
  // Another model may have other errors: stay on the document where it is still among those shown.
  for (const radio of radios) radio.addEventListener("change", () => { const here = shown[at]; restart(); const again = shown.indexOf(here); if (again > 0) { at = again; draw(); } });
  find("previous").addEventListener("click", () => move(-1));
  find("next").addEventListener("click", () => move(1));
  find("zoom").addEventListener("click", (event) => event.target.setAttribute("aria-pressed", String(viewer.classList.toggle("large"))));
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowLeft") move(-1);
    if (event.key === "ArrowRight") move(1);
  });
  restart();
})();
