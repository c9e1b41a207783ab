"use strict";
// Everything that comes from documents is set as text or value, never parsed as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const samples = data.samples;
  const view = { place: 0, page: 0, zoom: 1, turn: 0 };
  const store = "novadoc-review:" + data.key;
  const state = { reviewer: "", labels: Object.create(null), done: Object.create(null) };
  let controls = new Map(); // path -> {field, input, node}

  function digest(text) {
    let hash = 5381;
    for (let i = 0; i < text.length; i++) hash = (hash * 33 + text.charCodeAt(i)) >>> 0;
    return hash.toString(36);
  }

  // ---- values and the schema -------------------------------------------------------------

  function types(node) { return Array.isArray(node.type) ? node.type : node.type ? [node.type] : []; }
  function nullable(node) { return types(node).includes("null") || (node.enum || []).includes(null); }
  function kind(node) {
    if (node.enum) return "enum";
    const type = types(node).find((t) => t !== "null");
    if (type === "object") return node.properties ? "object" : "json";
    if (type === "array") return node.items ? "array" : "json";
    if (type === "string" && node.format === "date") return "date";
    return type || "json";
  }
  function choices(node) { return (node.enum || []).filter((choice) => choice !== null); }

  function blank(node) {
    if (kind(node) === "object") {
      return Object.fromEntries(Object.entries(node.properties).map(([key, below]) => [key, blank(below)]));
    }
    return kind(node) === "array" ? [] : null;
  }

  // Inside the page a leaf is null, a truth value or text; numbers stay the text they were.
  function inner(node, value) {
    const form = kind(node);
    if (form === "object") {
      const found = value && typeof value === "object" && !Array.isArray(value) ? value : {};
      return Object.fromEntries(Object.entries(node.properties).map(([key, below]) => [key, inner(below, found[key])]));
    }
    if (form === "array") return Array.isArray(value) ? value.map((item) => inner(node.items, item)) : [];
    if (value === null || value === undefined) return null;
    if (form === "boolean") return typeof value === "boolean" ? value : null;
    if (form === "json") return typeof value === "string" ? value : JSON.stringify(value);
    return String(value);
  }

  const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
  const INTEGER = /^-?(0|[1-9]\d*)$/;
  function plain(text) { return text.replace(/[$€£\s,]/g, "").replace(/^\+/, "").replace(/^(-?)0+(?=\d)/, "$1").replace(/^(-?)\./, "$10."); }

  function rule(node, value) {
    if (value === null) return nullable(node) || kind(node) === "json" ? "" : "A value is required.";
    switch (kind(node)) {
      case "number": return NUMBER.test(plain(value)) ? "" : "Not a number.";
      case "integer": return INTEGER.test(plain(value)) ? "" : "Not a whole number.";
      case "date": return dated(value) ? "" : "Not a date like 2024-01-31.";
      case "enum": return choices(node).some((choice) => String(choice) === value) ? "" : "Not one of the choices.";
      case "json": try { JSON.parse(value); return ""; } catch { return "Not valid JSON."; }
      default: return "";
    }
  }
  function dated(text) {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
    const day = new Date(text + "T00:00:00Z");
    return !isNaN(day) && day.toISOString().slice(0, 10) === text;
  }

  function problems(node, value, path = "", found = []) {
    const form = kind(node);
    if (form === "object") {
      for (const [key, below] of Object.entries(node.properties)) problems(below, value[key], path ? path + "." + key : key, found);
    } else if (form === "array") {
      value.forEach((item, i) => problems(node.items, item, path + "[" + i + "]", found));
    } else {
      const broken = rule(node, value);
      if (broken) found.push({ path, rule: broken });
    }
    return found;
  }

  function jsonText(node, value) {
    const form = kind(node);
    if (form === "object") {
      return "{" + Object.entries(node.properties).map(([key, below]) => JSON.stringify(key) + ": " + jsonText(below, value[key])).join(", ") + "}";
    }
    if (form === "array") return "[" + value.map((item) => jsonText(node.items, item)).join(", ") + "]";
    if (value === null || typeof value === "boolean") return JSON.stringify(value);
    if (rule(node, value)) return JSON.stringify(value);
    if (form === "number" || form === "integer") return plain(value);
    if (form === "enum") return JSON.stringify(choices(node).find((choice) => String(choice) === value));
    return form === "json" ? value : JSON.stringify(value);
  }

  function steps(path) { return path.match(/[^.[\]]+/g) || []; }
  function get(path) { return steps(path).reduce((value, step) => (value === null || value === undefined ? undefined : value[step]), label()); }
  function set(path, value) {
    const way = steps(path), last = way.pop();
    const owner = way.reduce((below, step) => below[step], label());
    owner[last] = value;
  }
  function nodeAt(path) {
    return steps(path).reduce((node, step) => node && (kind(node) === "array" ? node.items : (node.properties || {})[step]), data.schema);
  }

  // ---- progress --------------------------------------------------------------------------

  function sample() { return samples[view.place]; }
  function label() { return (state.labels[sample().id] ??= inner(data.schema, sample().label)); }
  function labelOf(one) { return state.labels[one.id] || inner(data.schema, one.label); }

  function keep() {
    try { localStorage.setItem(store, JSON.stringify(state)); } catch { say("This browser keeps no progress here; save the file before you leave."); }
    const done = samples.filter((one) => state.done[one.id]).length;
    at("progress").value = samples.length ? done / samples.length : 0;
    at("count").textContent = done + " of " + samples.length + " done";
    [...at("documents").options].forEach((option, i) => { option.textContent = title(i); });
  }
  function remember() {
    try {
      const kept = JSON.parse(localStorage.getItem(store) || "null");
      if (!kept) return;
      state.reviewer = String(kept.reviewer || "");
      for (const one of samples) {
        if (kept.labels && Object.hasOwn(kept.labels, one.id)) state.labels[one.id] = inner(data.schema, kept.labels[one.id]);
        if (kept.done && kept.done[one.id] === true) state.done[one.id] = true;
      }
    } catch { say("What this browser kept could not be read; the labels are as written."); }
  }
  function title(i) { return (state.done[samples[i].id] ? "✓ " : "") + (i + 1) + "  " + samples[i].id; }
  function say(text) { at("notice").textContent = text; }

  function fileText() {
    const entries = samples.map((one) =>
      JSON.stringify(one.id) + ': {"done": ' + Boolean(state.done[one.id]) + ', "label": ' + jsonText(data.schema, labelOf(one)) + "}");
    return '{"format": "novadoc-review/1", "reviewer": ' + JSON.stringify(state.reviewer) +
      ', "fingerprint": ' + JSON.stringify(data.fingerprint) + ', "labels": {\n' + entries.join(",\n") + "\n}}\n";
  }
  function save() {
    const link = make("a", { download: "labels" + (state.reviewer ? "-" + state.reviewer.replace(/[^\w-]+/g, "_") : "") + ".json" });
    link.href = URL.createObjectURL(new Blob([fileText()], { type: "application/json" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say("Saved " + link.download + ".");
  }
  function load(text) {
    let found;
    try { found = JSON.parse(text); } catch { say("This is no label file: it is not JSON."); return; }
    if (!found || found.format !== "novadoc-review/1" || !found.labels) { say("This is no label file of this tool."); return; }
    if (found.fingerprint !== data.fingerprint) { say("This file was made with another schema; nothing was loaded."); return; }
    let count = 0;
    for (const one of samples) {
      if (!Object.hasOwn(found.labels, one.id)) continue;
      state.labels[one.id] = inner(data.schema, found.labels[one.id].label);
      state.done[one.id] = found.labels[one.id].done === true;
      count += 1;
    }
    state.reviewer = state.reviewer || String(found.reviewer || "");
    show(view.place);
    say("Loaded " + count + " labels.");
  }

  // ---- the form --------------------------------------------------------------------------

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }
  function words(name) {
    const text = name.replace(/[_-]+/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2").trim();
    return text.charAt(0).toUpperCase() + text.slice(1);
  }

  function build(node, path, name) {
    const form = kind(node);
    if (form === "object") {
      const inside = Object.entries(node.properties).map(([key, below]) => build(below, path ? path + "." + key : key, key));
      if (!path) return make("div", {}, ...inside);
      return make("fieldset", {}, make("legend", {}, words(name)), hint(node), ...inside);
    }
    return form === "array" ? buildList(node, path, name) : buildField(node, path, name);
  }
  function hint(node) { return node.description ? make("p", { class: "hint" }, node.description) : null; }

  function buildList(node, path, name) {
    const items = get(path);
    const box = make("fieldset", { "data-list": path }, make("legend", {}, words(name) + " (" + items.length + ")"), hint(node));
    items.forEach((_, i) => {
      const place = path + "[" + i + "]";
      const tool = (sign, text, act, off) => make("button", { type: "button", "aria-label": text + " " + (i + 1), title: text, onclick: act, disabled: off }, sign);
      box.append(make("div", { class: "record" },
        make("div", { class: "tools" }, String(i + 1), make("span", { class: "grow" }),
          tool("↑", "Move up", () => change(path, () => items.splice(i - 1, 0, ...items.splice(i, 1)), path + "[" + (i - 1) + "]"), i === 0),
          tool("↓", "Move down", () => change(path, () => items.splice(i + 1, 0, ...items.splice(i, 1)), path + "[" + (i + 1) + "]"), i === items.length - 1),
          tool("✕", "Remove", () => change(path, () => items.splice(i, 1), path), false)),
        kind(node.items) === "object"
          ? make("div", {}, ...Object.entries(node.items.properties).map(([key, below]) => build(below, place + "." + key, key)))
          : build(node.items, place, name)));
    });
    box.append(make("button", { type: "button", "data-add": path, onclick: () => add(path) }, "+ Add " + words(name).toLowerCase()));
    return box;
  }
  function add(path) {
    const items = get(path);
    change(path, () => items.push(blank(nodeAt(path).items)), path + "[" + items.length + "]");
  }
  function change(path, act, focus) {
    act();
    touched();
    draw();
    const first = [...controls.keys()].find((key) => key.startsWith(focus)) ;
    const target = first ? controls.get(first).input : document.querySelector("[data-add]");
    if (target) target.focus();
  }

  function buildField(node, path, name) {
    const id = "f-" + digest(path) + "-" + controls.size;
    const input = control(node, path, id);
    const none = nullable(node)
      ? make("button", { type: "button", class: "null", title: "Not on the page (Alt+0)", "aria-label": words(name) + ": not on the page", onclick: () => toggle(path) }, "∅")
      : null;
    const field = make("div", { class: "field", "data-path": path },
      make("div", { class: "name" }, make("label", { for: id }, words(name)), hint(node)), make("div", { class: "value" }, input, none), make("div", { class: "notes" }));
    controls.set(path, { field, input, node, none });
    return field;
  }
  function control(node, path, id) {
    const form = kind(node);
    if (form === "boolean" || form === "enum") {
      const options = form === "boolean" ? ["true", "false"] : choices(node).map(String);
      const shown = (text) => (form === "boolean" ? { true: "Yes", false: "No" }[text] : text);
      const select = make("select", { id }, make("option", { value: "\u0000" }, "not on the page"), ...options.map((text) => make("option", { value: text }, shown(text))));
      select.addEventListener("change", () => put(path, select.value === "\u0000" ? null : form === "boolean" ? select.value === "true" : select.value));
      return select;
    }
    const value = get(path);
    const long = form === "json" || (typeof value === "string" && value.length > 60);
    const input = make(long ? "textarea" : "input", { id, spellcheck: "false", ...(long ? { rows: 2 } : {}), ...(form === "number" || form === "integer" ? { inputmode: "decimal" } : {}) });
    input.addEventListener("input", () => put(path, input.value));
    return input;
  }
  function put(path, value) { set(path, value); touched(); paint(); }
  function toggle(path) {
    const now = get(path), node = nodeAt(path), form = kind(node);
    const value = now === null ? (form === "boolean" ? false : form === "enum" ? String(choices(node)[0]) : "") : null;
    put(path, value);
    controls.get(path).input.focus();
  }
  function touched() { delete state.done[sample().id]; keep(); }

  function draw() {
    controls = new Map();
    at("form").replaceChildren(build(data.schema, "", ""));
    paint();
  }

  // Fields to look at: what is invalid, then what is in doubt, the least certain first.
  function attention() {
    const broken = problems(data.schema, label());
    const paths = new Set(broken.map((problem) => problem.path));
    const doubts = sample().doubts.filter((doubt) => controls.has(doubt.path) && !paths.has(doubt.path))
      .sort((a, b) => (a.confidence ?? -1) - (b.confidence ?? -1));
    return [...broken.map((problem) => ({ ...problem, wrong: true })), ...doubts];
  }
  function paint() {
    const broken = new Map(problems(data.schema, label()).map((problem) => [problem.path, problem.rule]));
    const doubts = new Map(sample().doubts.map((doubt) => [doubt.path, doubt]));
    for (const [path, { field, input, node, none }] of controls) {
      const value = get(path), rule = broken.get(path), doubt = doubts.get(path);
      const text = value === null ? (input.tagName === "SELECT" ? "\u0000" : "") : String(value);
      if (input.value !== text) input.value = text;
      input.classList.toggle("null", value === null);
      if (input.tagName !== "SELECT") input.placeholder = value === null ? "not on the page" : "empty text";
      input.setAttribute("aria-invalid", String(Boolean(rule)));
      if (none) none.setAttribute("aria-pressed", String(value === null));
      field.classList.toggle("wrong", Boolean(rule));
      field.classList.toggle("doubt", Boolean(doubt) && !rule);
      field.querySelector(".notes").replaceChildren(...notes(path, node, rule, doubt));
    }
    at("attention").replaceChildren(...attention().map((point) =>
      make("button", { type: "button", class: point.wrong ? "wrong" : "doubt", title: point.rule || point.reason, onclick: () => look(point.path) }, point.path)));
    keep();
  }
  function notes(path, node, rule, doubt) {
    const found = [];
    if (rule) found.push(make("p", { class: "rule" }, rule));
    if (!doubt) return found;
    const sure = doubt.confidence === null ? "" : " Confidence " + Math.round(doubt.confidence * 100) + " %.";
    found.push(make("p", { class: "reason" }, doubt.reason + sure));
    if (doubt.alternatives.length) {
      found.push(make("div", { class: "choices" }, ...doubt.alternatives.map((other) =>
        make("button", { type: "button", onclick: () => put(path, inner(node, other.value)) },
          other.who + ": " + (other.value === null ? "not on the page" : String(other.value))))));
    }
    return found;
  }
  function look(path) {
    const { field, input } = controls.get(path);
    field.scrollIntoView({ block: "center" });
    input.focus();
  }
  function nextPoint() {
    const points = attention().map((point) => point.path);
    const here = document.activeElement && document.activeElement.closest("[data-path]");
    const place = here ? points.indexOf(here.dataset.path) : -1;
    if (points.length) look(points[(place + 1) % points.length]);
    else say("Nothing here needs a second look.");
  }

  // ---- the document ----------------------------------------------------------------------

  function show(place) {
    if (!samples.length) { say("There are no documents on this page."); return; }
    view.place = (place + samples.length) % samples.length;
    view.page = 0; view.turn = 0; view.zoom = 1;
    at("documents").selectedIndex = view.place;
    at("reviewer").value = state.reviewer;
    draw();
    at("form").scrollTop = 0;
    paper();
  }
  function paper() {
    const pages = sample().pages, page = pages[view.page];
    const stage = at("stage"), quarter = view.turn % 180 !== 0;
    const across = quarter ? page.height : page.width, down = quarter ? page.width : page.height;
    const scale = Math.max(0.05, (stage.clientWidth - 20) / across) * view.zoom;
    const image = at("image");
    if (image.getAttribute("src") !== page.source) image.src = page.source;
    image.alt = sample().name + ", page " + (view.page + 1);
    image.style.width = page.width * scale + "px";
    image.style.height = page.height * scale + "px";
    image.style.transform = "translate(-50%, -50%) rotate(" + view.turn + "deg)";
    at("holder").style.width = across * scale + "px";
    at("holder").style.height = down * scale + "px";
    at("page").textContent = "Page " + (view.page + 1) + " of " + pages.length;
    at("previous-page").disabled = view.page === 0;
    at("next-page").disabled = view.page === pages.length - 1;
  }
  function zoom(factor) { view.zoom = Math.min(6, Math.max(0.2, view.zoom * factor)); paper(); }
  function turn() { view.turn = (view.turn + 90) % 360; paper(); }
  function leaf(by) { view.page = Math.min(sample().pages.length - 1, Math.max(0, view.page + by)); paper(); }

  function confirm() {
    const broken = problems(data.schema, label());
    if (broken.length) { look(broken[0].path); say(broken.length + " fields are not valid yet."); return; }
    state.done[sample().id] = true;
    keep();
    const rest = samples.map((_, i) => (view.place + 1 + i) % samples.length).find((i) => !state.done[samples[i].id]);
    if (rest === undefined) { say("All documents are done: save the file."); return; }
    say("");
    show(rest);
    const first = attention()[0];
    if (first) look(first.path);
    else if (controls.size) [...controls.values()][0].input.focus();
  }

  // ---- keys and buttons ------------------------------------------------------------------

  function currentPath() {
    const field = document.activeElement && document.activeElement.closest("[data-path]");
    return field ? field.dataset.path : null;
  }
  const keys = {
    j: () => show(view.place + 1), k: () => show(view.place - 1), n: nextPoint, s: save, r: turn,
    "0": () => { const path = currentPath(); if (path && controls.get(path).none) toggle(path); },
    a: () => {
      const list = (document.activeElement && document.activeElement.closest("[data-list]")) || document.querySelector("[data-list]");
      if (list) add(list.dataset.list);
    },
    "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); confirm(); }
    else if (event.altKey && !event.ctrlKey && !event.metaKey && keys[event.key.toLowerCase()]) {
      event.preventDefault();
      keys[event.key.toLowerCase()]();
    }
  });
  at("form").addEventListener("submit", (event) => event.preventDefault());
  at("stage").addEventListener("wheel", (event) => { if (event.ctrlKey) { event.preventDefault(); zoom(event.deltaY < 0 ? 1.1 : 0.9); } }, { passive: false });
  const clicks = {
    previous: keys.k, next: keys.j, confirm, save, turn, "previous-page": () => leaf(-1), "next-page": () => leaf(1),
    smaller: keys["-"], larger: keys["+"], fit: () => { view.zoom = 1; paper(); },
    help: () => { at("keys").hidden = !at("keys").hidden; at("help").setAttribute("aria-expanded", String(!at("keys").hidden)); paper(); },
  };
  for (const [id, act] of Object.entries(clicks)) at(id).addEventListener("click", () => act());
  at("documents").addEventListener("change", () => show(at("documents").selectedIndex));
  at("reviewer").addEventListener("input", () => { state.reviewer = at("reviewer").value; keep(); });
  at("load").addEventListener("change", async () => {
    const [file] = at("load").files;
    if (file) load(await file.text());
    at("load").value = "";
  });
  at("load").parentElement.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); at("load").click(); } });
  window.addEventListener("resize", () => samples.length && paper());

  remember();
  samples.forEach((_, i) => at("documents").append(make("option", {}, title(i))));
  show(Math.max(0, samples.findIndex((one) => !state.done[one.id])));
  keep();
})();
