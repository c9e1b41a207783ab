// The page around the form: documents, progress, files, keys.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const samples = data.samples;
  const values = Values(data.decimal), picture = Picture(at);
  const view = { place: 0, label: null, was: [], undo: null, from: null };
  const store = "novadoc-review:" + data.key;
  // By sample: labels that were touched, which are confirmed, and what became of doubts (where
  // their fields are now, and whether they are settled).
  const PARTS = ["labels", "done", "doubts"];
  const state = { reviewer: "" };
  take({});

  // Ids may be any text, `constructor` as well: nothing may be inherited.
  function take(kept) {
    for (const part of PARTS) state[part] = Object.assign(Object.create(null), kept[part]);
    state.reviewer = String(kept.reviewer || "");
  }

  function sample() { return samples[view.place]; }
  function original(one) { return values.inner(data.schema, values.parse(one.label)); }
  function labelOf(one) { return state.labels[one.id] ?? original(one); }
  function say(text, undo = null) {
    view.undo = undo;
    at("notice").replaceChildren(text, ...(undo ? [form.make("button", { type: "button", onclick: takeBack }, "Undo (Alt+Z)")] : []));
  }

  // ---- doubts ----------------------------------------------------------------------------

  function marks() { return (state.doubts[sample().id] ??= sample().doubts.map((doubt, i) => ({ path: view.was[i] === undefined ? null : doubt.path, settled: false }))); }
  function doubtAt(path) {
    const i = marks().findIndex((mark) => mark.path === path);
    return i < 0 ? null : { ...sample().doubts[i], settled: marks()[i].settled, was: view.was[i] };
  }
  function settle(path, { all = false } = {}) {
    for (const mark of marks()) {
      if (mark.path === path) mark.settled = true;
      else if (all && mark.path !== null && [".", "["].includes(mark.path[path.length]) && mark.path.startsWith(path)) mark.path = null; // it is no more
    }
  }
  // Rows of a list went elsewhere, and the doubts about them with them.
  function moved(list, whither) {
    for (const mark of marks()) {
      const found = mark.path === null || !mark.path.startsWith(list + "[") ? null : /^\[(\d+)\](.*)$/s.exec(mark.path.slice(list.length));
      if (!found) continue;
      const place = whither(Number(found[1]));
      mark.path = place === null ? null : list + "[" + place + "]" + found[2];
    }
  }

  // ---- the form --------------------------------------------------------------------------

  const form = Form(at("form"), data.schema, values, {
    label: () => view.label, key: () => sample().id + "\n", doubt: doubtAt, settle, moved, touched, painted: attention,
    undoable: (text) => {
      const place = view.place, kept = structuredClone([view.label, marks()]), done = state.done[sample().id];
      say(text, () => { restore(place, kept, done); });
    },
  });
  function restore(place, [label, doubts], done) {
    const id = samples[place].id;
    state.labels[id] = label;
    state.doubts[id] = doubts;
    if (done) state.done[id] = true;
    show(place);
  }
  function takeBack() { const undo = view.undo; if (undo) { say(""); undo(); keep(samples); } }
  function touched() {
    state.labels[sample().id] = view.label;
    if (state.done[sample().id]) { delete state.done[sample().id]; progress(); }
    attention();
    keep();
  }

  // Fields to look at: what is invalid, then what is in doubt, the least certain first.
  function points() {
    const wrong = form.problems().map((point) => ({ ...point, wrong: true }));
    const known = new Set(wrong.map((point) => point.path));
    const open = sample().doubts.map((doubt, i) => ({ ...doubt, ...marks()[i] }))
      .filter((doubt) => !doubt.settled && doubt.path !== null && form.has(doubt.path) && !known.has(doubt.path));
    return [...wrong, ...open.sort((a, b) => (a.confidence ?? -1) - (b.confidence ?? -1))];
  }
  function attention() {
    const all = points(), shown = all.slice(0, 30);
    const button = (point) => form.make("button", { type: "button", tabindex: -1, class: point.wrong ? "wrong" : "doubt", "data-point": point.path, title: point.reason, onclick: () => form.look(point.path) }, form.named(point.path));
    at("attention").replaceChildren(...(all.length ? [form.make("span", {}, "To look at: " + all.length)] : []), ...shown.map(button), ...(all.length > shown.length ? ["…"] : []));
  }
  function nextPoint() {
    const paths = points().map((point) => point.path);
    if (paths.length) form.look(paths[(paths.indexOf(form.here()) + 1) % paths.length]);
    else say("Nothing here needs a second look.");
  }
  function confirm() {
    const wrong = points().filter((point) => point.wrong);
    if (wrong.length) { form.look(wrong[0].path); say(wrong.length === 1 ? "One field is not valid yet." : wrong.length + " fields are not valid yet."); return; }
    state.labels[sample().id] = view.label;
    state.done[sample().id] = true;
    progress();
    keep();
    const rest = samples.map((_, i) => (view.place + 1 + i) % samples.length).find((i) => !state.done[samples[i].id]);
    if (rest === undefined) say("All documents are done: save the file.");
    else show(rest);
  }

  // ---- progress and files ----------------------------------------------------------------

  function title(i) { return (state.done[samples[i].id] ? "✓ " : "") + (i + 1) + "  " + samples[i].id; }
  function progress() {
    const done = samples.filter((one) => state.done[one.id]).length;
    at("progress").value = samples.length ? done / samples.length : 0;
    at("count").textContent = done + " of " + samples.length + " done";
    [...at("documents").options].forEach((option, i) => { option.textContent = title(i); });
  }
  // One entry a document, so that every key pressed is kept at once.
  function keep(kept = [sample()]) {
    try {
      localStorage.setItem(store, state.reviewer);
      for (const { id } of kept) localStorage.setItem(store + "/" + id, JSON.stringify(PARTS.map((part) => state[part][id])));
    } catch { say("This browser keeps no progress here: save the file before you leave."); }
  }
  function recall(id, text) {
    JSON.parse(text).forEach((kept, i) => {
      if (kept) state[PARTS[i]][id] = kept;
      else delete state[PARTS[i]][id];
    });
  }
  function remember() {
    try {
      state.reviewer = localStorage.getItem(store) || "";
      for (const { id } of samples) {
        const text = localStorage.getItem(store + "/" + id);
        if (text) recall(id, text);
      }
    } catch { say("What this browser kept cannot be read: the labels are as written."); }
  }
  function fileText() {
    const entries = samples.map((one) =>
      JSON.stringify(one.id) + ': {"done": ' + Boolean(state.done[one.id]) + ', "label": ' + values.outer(data.schema, labelOf(one)) + "}");
    return '{"format": "novadoc-review/1", "reviewer": ' + JSON.stringify(state.reviewer) +
      ', "fingerprint": ' + JSON.stringify(data.fingerprint) + ', "labels": {\n' + entries.join(",\n") + "\n}}\n";
  }
  function save() {
    const link = form.make("a", { download: "labels" + (state.reviewer ? "-" + state.reviewer.replace(/[^\p{L}\p{N}-]+/gu, "_") : "") + ".json" });
    link.href = URL.createObjectURL(new Blob([fileText()], { type: "application/json" }));
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say("Saved " + link.download + (state.reviewer ? "." : ". It names no reviewer."));
  }
  function load(text) {
    let found;
    try { found = values.parse(text); } catch { say("This is no label file: it is not JSON."); return; }
    if (!isObject(found) || found.format !== "novadoc-review/1" || !isObject(found.labels)) { say("This is no label file of this tool."); return; }
    if (found.fingerprint !== data.fingerprint) { say("This file was made with another schema; nothing was loaded."); return; }
    const kept = structuredClone(state), known = samples.filter((one) => Object.hasOwn(found.labels, one.id) && isObject(found.labels[one.id]?.label));
    for (const { id } of known) {
      state.labels[id] = values.inner(data.schema, found.labels[id].label);
      state.done[id] = found.labels[id].done === true;
    }
    state.reviewer = state.reviewer || String(found.reviewer || "");
    refresh();
    say(known.length === 1 ? "Loaded 1 label." : "Loaded " + known.length + " labels.", () => { take(kept); refresh(); });
  }
  function isObject(value) { return Boolean(value) && typeof value === "object" && !Array.isArray(value); }
  function refresh() { progress(); show(view.place); keep(samples); }

  // ---- documents -------------------------------------------------------------------------

  function show(place) {
    if (!samples.length) { say("There are no documents on this page."); return; }
    view.place = (place + samples.length) % samples.length;
    view.label = labelOf(sample());
    view.was = sample().doubts.map((doubt) => doubt.path).map(stood);
    at("documents").selectedIndex = view.place;
    at("reviewer").value = state.reviewer;
    say("");
    at("form").scrollTop = 0;
    form.draw();
    picture.show(sample().name, sample().pages);
    const [first] = points();
    if (first) form.look(first.path);
    else form.first();
  }
  // What the label said where there is a doubt, before anybody touched it.
  function stood(path) {
    const below = (value, node, rest) => {
      if (rest === "" || value === null) return rest === "" ? value : undefined;
      const row = /^\[(\d+)\]/.exec(rest);
      if (row) return Array.isArray(value) && value[row[1]] !== undefined ? below(value[row[1]], node.items, rest.slice(row[0].length)) : undefined;
      const bare = rest.replace(/^\./, "");
      const key = Object.keys(node.properties || {}).find((name) => bare === name || bare.startsWith(name + ".") || bare.startsWith(name + "["));
      return key === undefined ? undefined : below(value[key], node.properties[key], bare.slice(key.length));
    };
    return below(original(sample()), data.schema, path);
  }
  function otherSide() {
    if (document.activeElement !== at("stage")) { view.from = form.here(); at("stage").focus(); return; }
    if (view.from && form.has(view.from)) form.look(view.from);
    else form.first();
  }

  // ---- keys and buttons ------------------------------------------------------------------

  function help() { at("keys").hidden = !at("keys").hidden; at("help").setAttribute("aria-expanded", String(!at("keys").hidden)); picture.paint(); }
  const keys = {
    j: () => show(view.place + 1), k: () => show(view.place - 1), n: nextPoint, s: save, r: picture.turn, z: takeBack, p: otherSide, h: help,
    0: () => form.empty(form.here()), a: form.onList, x: form.remove, arrowup: () => form.move(-1), arrowdown: () => form.move(1),
    pagedown: () => picture.scroll(1), pageup: () => picture.scroll(-1), "+": () => picture.zoom(1.25), "=": () => picture.zoom(1.25), "-": () => picture.zoom(0.8),
  };
  for (let i = 1; i <= 9; i++) keys[i] = () => form.choose(form.here(), i - 1);
  // On some keyboards Alt with a letter types another sign: then the key's place counts.
  function pressed(event) { return [event.key.toLowerCase(), event.code.replace(/^(Key|Digit)/, "").toLowerCase()].find((name) => Object.hasOwn(keys, name)); }
  document.addEventListener("keydown", (event) => {
    const alone = event.altKey && !event.ctrlKey && !event.metaKey;
    const act = (event.ctrlKey || event.metaKey) && event.key === "Enter" ? confirm : alone && !event.getModifierState("AltGraph") ? keys[pressed(event)] : null;
    if (!act || !samples.length) return;
    event.preventDefault();
    act();
  });
  const clicks = {
    previous: keys.k, next: keys.j, confirm, save, turn: picture.turn, help, "previous-page": () => picture.leaf(-1), "next-page": () => picture.leaf(1),
    smaller: keys["-"], larger: keys["+"], fit: picture.fit,
  };
  for (const [id, act] of Object.entries(clicks)) at(id).addEventListener("click", () => samples.length && act());
  at("form").addEventListener("submit", (event) => event.preventDefault());
  at("documents").addEventListener("change", () => show(at("documents").selectedIndex));
  at("reviewer").addEventListener("input", () => { state.reviewer = at("reviewer").value; keep([]); });
  at("load").addEventListener("change", async () => {
    const [file] = at("load").files;
    at("load").value = "";
    const text = file && (await file.text().catch(() => null));
    if (text === null) say("The file cannot be read.");
    else if (text !== undefined) load(text);
  });
  at("load").parentElement.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); at("load").click(); } });
  // The same page, open in another tab: what is labelled there is not lost in a file saved here.
  window.addEventListener("storage", (event) => {
    const one = samples.find(({ id }) => event.key === store + "/" + id);
    if (!one || one === sample() || !event.newValue) return;
    recall(one.id, event.newValue);
    progress();
  });

  remember();
  samples.forEach((_, i) => at("documents").append(form.make("option", {}, title(i))));
  progress();
  show(Math.max(0, samples.findIndex((one) => !state.done[one.id])));
})();
