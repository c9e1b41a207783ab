// The form a schema becomes. Everything that comes from documents is set as text or value, never
// parsed as markup. What `owner` gives: the label, what is in doubt, and what to do on a change.
const Form = (root, schema, values, owner) => {
  const { kind, nullable, choices, fresh, inner, rule, rows } = values;
  let spots = new Map(); // path -> {path, way, node, box, notes, input?, none?}; objects and lists have no input
  const before = new Map(); // what stood in a field that was emptied

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
    const text = String(name).replace(/[_-]+/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2").trim();
    return text.charAt(0).toUpperCase() + text.slice(1);
  }
  // A way is what leads to a value: keys, and places in lists. Keys may hold dots and brackets.
  function join(way) { return way.reduce((path, step) => (typeof step === "number" ? path + "[" + step + "]" : path ? path + "." + step : step), ""); }
  function named(way) { return way.reduce((text, step) => (typeof step === "number" ? text + " " + (step + 1) : text ? text + " · " + words(step) : words(step)), ""); }
  function get(way) { return way.reduce((value, step) => value[step], owner.label()); }
  function put(way, value) { get(way.slice(0, -1))[way.at(-1)] = value; }
  function same(one, two) { return JSON.stringify(one) === JSON.stringify(two); }

  function shown(value, node = null) {
    if (value === null) return "not on the page";
    if (value === "") return "empty text";
    if (Array.isArray(value)) return value.length === 1 ? "1 row" : value.length + " rows";
    if (typeof value === "object") return Object.entries(value).filter(([, below]) => below !== null).map(([key, below]) => shown(below, node?.properties?.[key])).join(", ") || "nothing filled in";
    if (!node || typeof value === "boolean") return typeof value === "boolean" ? (value ? "Yes" : "No") : String(value);
    const text = values.printed(node, value), type = kind(node) === "mixed" && values.typeOf(value);
    return type && values.readings(node, text).length > 1 ? text + " (" + values.WORDS[type].toLowerCase() + ")" : text;
  }

  // ---- building --------------------------------------------------------------------------

  function hint(node) { return node.description ? make("p", { class: "hint" }, node.description) : null; }
  // What another kind of object would have is left out, unless something stands there.
  function fields(node, way) {
    const value = get(way), shown = Object.entries(node.properties).filter(([key]) => values.belongs(node, value, key) || value[key] !== null);
    return shown.map(([key, below]) => {
      const built = build(below, [...way, key]), spot = spots.get(join([...way, key]));
      spot.stray = !values.belongs(node, value, key);
      spot.shapes = node.kinds?.key === key;
      return built;
    });
  }
  function build(node, way) {
    const form = kind(node);
    return form === "array" || form === "object" ? group(node, way) : leaf(node, way);
  }
  // An object or a list. One that may be missing, and is, has a button to begin with.
  function group(node, way) {
    const path = join(way), value = get(way), notes = make("div", { class: "notes" }), isList = kind(node) === "array";
    const name = typeof way.at(-1) === "number" ? words(way.at(-2)) + " " + (way.at(-1) + 1) : words(way.at(-1));
    const count = value === null ? " (" + shown(null) + ")" : isList ? " (" + value.length + ")" : "";
    const adds = isList ? "+ Add to " + name.toLowerCase() : value === null ? "+ Add " + name.toLowerCase() : null;
    const box = make("fieldset", { class: isList && "list", "data-path": path },
      make("legend", {}, name + count, value !== null && nullable(node) ? noneButton(path, name) : null), hint(node), notes,
      ...(value === null ? [] : isList ? value.map((_, i) => record(node.items, [...way, i], value.length)) : [make("div", { class: "fields" }, ...fields(node, way))]),
      adds && make("button", { type: "button", class: "add", onclick: () => (isList ? add(path) : empty(path)) }, adds));
    spots.set(path, { path, way, node, box, notes });
    return box;
  }
  function noneButton(path, name) {
    return make("button", { type: "button", class: "null", tabindex: -1, title: "Not on the page (Alt+0)", "aria-label": name + ": not on the page", onclick: () => empty(path) }, "∅");
  }
  function record(node, way, count) {
    const path = join(way), i = way.at(-1);
    const tool = (sign, text, key, act, off) => make("button", { type: "button", "aria-label": text + " " + (i + 1), title: text + " (" + key + ")", onclick: act, disabled: off, tabindex: -1 }, sign);
    return make("div", { class: "record", "data-record": path },
      make("span", { class: "number" }, String(i + 1)),
      make("div", { class: "fields" }, ...(kind(node) === "object" && get(way) !== null ? fields(node, way) : [build(node, way)])),
      make("div", { class: "tools" },
        tool("↑", "Move up", "Alt+↑", () => move(path, -1), i === 0),
        tool("↓", "Move down", "Alt+↓", () => move(path, 1), i === count - 1),
        tool("✕", "Remove", "Alt+X", () => remove(path), false)));
  }
  function leaf(node, way) {
    const path = join(way), id = "field-" + spots.size, name = words(typeof way.at(-1) === "number" ? way.at(-2) : way.at(-1));
    const spot = { path, way, node, notes: make("div", { class: "notes", id: id + "-notes" }) };
    spot.input = control(spot, id);
    const width = spot.input.tagName === "TEXTAREA" ? " wide" : ["string", "mixed"].includes(kind(node)) ? " text" : "";
    spot.type = kind(node) === "mixed" ? typeSelect(spot, name) : null;
    spot.none = nullable(node) && spot.input.tagName !== "SELECT" ? noneButton(path, name) : null;
    spot.box = make("div", { class: "field" + width, "data-path": path },
      make("div", { class: "name", title: node.description || false }, make("label", { for: id }, name), hint(node)),
      make("div", { class: "value" }, spot.input, spot.type, spot.none), spot.notes);
    spots.set(path, spot);
    return spot.box;
  }
  function control(spot, id) {
    const { node, way } = spot, form = kind(node), value = get(way), described = { id, "aria-describedby": id + "-notes" };
    if (form === "boolean" || form === "enum") return select(spot, value, described);
    const printed = typeof value === "string" ? values.printed(node, value) : "";
    const long = form === "json" || printed.length > 60 || /[\r\n]/.test(printed);
    const amount = form === "number" || form === "integer";
    const input = make(long ? "textarea" : "input", { ...described, spellcheck: "false", ...(long ? { rows: 2 } : { type: "text" }), ...(amount ? { inputmode: "decimal" } : {}) });
    input.addEventListener("input", () => {
      const text = amount ? values.plain(input.value) : input.value;
      // Only a text can be there and empty.
      const empty = text === "" && !["string", "json"].includes(form) && !(form === "mixed" && values.allowed(node).includes("string"));
      write(spot, empty && nullable(node) ? null : form === "mixed" ? values.retyped(node, text, get(spot.way)) : text);
    });
    // Shows what the amount was read as. A field that is taken off the page while it has the focus
    // says so as well, and stands for nothing any more.
    input.addEventListener("change", () => { if (spots.get(spot.path) === spot) paint(spot); });
    return input;
  }
  // Says what 12 is read as, and lets it be the other.
  function typeSelect(spot, name) {
    const options = values.allowed(spot.node).map((type) => make("option", { value: type }, values.WORDS[type]));
    const input = make("select", { class: "type", tabindex: -1, "aria-label": name + ": type" }, ...options);
    input.addEventListener("change", () => write(spot, values.read(spot.node, spot.input.value, input.value)));
    return input;
  }
  function select(spot, value, attributes) {
    const form = kind(spot.node), options = form === "boolean" ? [true, false] : choices(spot.node);
    if (value !== null && !options.includes(value)) options.push(value); // wrong, but not to be lost
    const input = make("select", attributes, make("option", { value: "-1" }, shown(null)), ...options.map((option, i) => make("option", { value: i }, shown(option, spot.node))));
    spot.options = options;
    input.addEventListener("change", () => {
      write(spot, input.value === "-1" ? null : options[input.value]);
      if (spot.shapes) { draw(); spots.get(spot.path).input.focus(); }
    });
    return input;
  }

  // ---- painting --------------------------------------------------------------------------

  function draw() {
    spots = new Map();
    const top = root.scrollTop;
    root.replaceChildren(make("div", { class: "fields" }, ...fields(schema, [])));
    root.scrollTop = top;
    spots.forEach(paint);
    owner.painted();
  }
  function broken(spot) { return spot.stray && get(spot.way) !== null ? "Not for this kind." : spot.input ? rule(spot.node, get(spot.way)) : rows(spot.node, get(spot.way)); }
  function paint(spot) {
    const value = get(spot.way), wrong = broken(spot), doubt = owner.doubt(spot.path);
    if (spot.input) {
      const text = spot.options ? String(spot.options.indexOf(value)) : value === null ? "" : values.printed(spot.node, value);
      if (spot.input.value !== text) spot.input.value = text;
    }
    mark(spot, value, wrong, doubt);
  }
  function mark(spot, value, wrong, doubt) {
    if (spot.input) {
      spot.input.classList.toggle("null", value === null);
      if (!spot.options) spot.input.placeholder = shown(value === null ? null : "");
      spot.input.setAttribute("aria-invalid", String(Boolean(wrong)));
    }
    if (spot.type) {
      const found = value === null ? [] : values.readings(spot.node, spot.input.value);
      spot.type.disabled = found.length < 2;
      for (const option of spot.type.options) option.disabled = !found.includes(option.value);
      spot.type.value = values.typeOf(value) ?? "";
    }
    if (spot.none) spot.none.setAttribute("aria-pressed", String(value === null));
    spot.box.classList.toggle("wrong", Boolean(wrong));
    spot.box.classList.toggle("doubt", Boolean(doubt && !doubt.settled && !wrong));
    spot.notes.replaceChildren(...notes(spot, value, wrong, doubt));
  }
  function notes(spot, value, wrong, doubt) {
    const found = wrong ? [make("p", { class: "rule" }, wrong)] : [];
    if (!doubt || (wrong && !doubt.alternatives.length)) return found; // it says no more than the rule
    const sure = doubt.confidence === null ? "" : " Confidence " + Math.round(doubt.confidence * 100) + " %.";
    const button = (offer, i) => make("button", { type: "button", tabindex: spot.input ? -1 : 0, "aria-pressed": String(same(offer.value, value)), onclick: () => choose(spot.path, i) },
      make("kbd", {}, String(i + 1)), make("span", {}, shown(offer.value, spot.node)), make("small", {}, offer.who));
    found.push(make("p", { class: "reason" }, doubt.settled ? "Settled." : doubt.reason + sure));
    found.push(make("div", { class: "choices" }, ...offers(spot, doubt).map(button)));
    return found;
  }
  // What stood there may be chosen as well, if it may stand there: it was right all along.
  function offers(spot, doubt) {
    const others = doubt.alternatives.map((other) => ({ who: other.who, value: inner(spot.node, values.parse(other.value)) }));
    const known = others.some((other) => same(other.value, doubt.was)) || (spot.input && rule(spot.node, doubt.was));
    return known ? others : [{ who: "as it is", value: doubt.was }, ...others];
  }

  // ---- changing --------------------------------------------------------------------------

  function write(spot, value) {
    put(spot.way, value);
    owner.settle(spot.path);
    mark(spot, value, broken(spot), owner.doubt(spot.path));
    owner.touched();
  }
  function choose(path, i) {
    const spot = spots.get(path), doubt = spot && owner.doubt(path), offer = doubt && offers(spot, doubt)[i];
    if (!offer) return;
    if (!spot.input) owner.undoable("Rows replaced.");
    put(spot.way, structuredClone(offer.value));
    owner.settle(path, { all: !spot.input });
    draw();
    owner.touched();
    look(path);
  }
  // Takes a value off the page, or else the nearest object around it that may be missing, and
  // brings it back.
  function empty(path) {
    const spot = spots.has(path) ? missable(spots.get(path).way) : null;
    if (!spot) return;
    const value = get(spot.way), key = owner.key() + spot.path;
    if (value !== null) before.set(key, value);
    const text = kind(spot.node) === "mixed" && values.allowed(spot.node).includes("string");
    const back = before.get(key) ?? (kind(spot.node) === "string" ? "" : text ? '""' : fresh(spot.node));
    if (!spot.input) { swap(spot, value === null ? back : null); return; }
    write(spot, value !== null ? null : back);
    paint(spot);
    spot.input.focus();
  }
  function missable(way) {
    const spot = spots.get(join(way));
    if (spot && nullable(spot.node)) return spot;
    return way.length > 1 && typeof way.at(-1) !== "number" ? missable(way.slice(0, -1)) : null;
  }
  function swap(spot, value) {
    if (value === null) owner.undoable(words(spot.way.at(-1)) + ": not on the page.");
    put(spot.way, structuredClone(value));
    redraw(spot.path, spot.path);
  }
  function add(path) {
    const spot = spots.get(path), items = get(spot.way) ?? [];
    put(spot.way, [...items, fresh(spot.node.items)]);
    redraw(path + "[" + items.length + "]", path);
  }
  function recordOf(path) {
    const at = path.lastIndexOf("["), list = path.slice(0, at), i = Number(path.slice(at + 1, -1));
    return { list, i, items: get(spots.get(list).way) };
  }
  function move(path, by) {
    const { list, i, items } = recordOf(path);
    if (i + by < 0 || i + by >= items.length) return;
    items.splice(i + by, 0, ...items.splice(i, 1));
    owner.moved(list, (k) => (k === i ? i + by : k === i + by ? i : k));
    redraw(list + "[" + (i + by) + "]", list);
  }
  function remove(path) {
    const { list, i, items } = recordOf(path);
    owner.undoable("Row " + (i + 1) + " removed.");
    items.splice(i, 1);
    owner.moved(list, (k) => (k === i ? null : k > i ? k - 1 : k));
    redraw(list + "[" + Math.min(i, items.length - 1) + "]", list);
  }
  function redraw(path, group) {
    owner.settle(group);
    draw();
    owner.touched();
    const inside = [...spots.values()].find((spot) => spot.input && (spot.path === path || spot.path.startsWith(path + ".")));
    (inside ? inside.input : spots.get(group).box.querySelector("button.add")).focus();
  }

  // ---- finding ---------------------------------------------------------------------------

  function problems() { return [...spots.values()].map((spot) => ({ path: spot.path, reason: broken(spot) })).filter((point) => point.reason); }
  function near(selector) { return document.activeElement ? document.activeElement.closest(selector) : null; }
  function look(path) {
    const { box, input } = spots.get(path), target = input || box.querySelector(":scope > .notes button") || box.querySelector("button");
    target.focus({ preventScroll: true });
    (input ? box : box.querySelector("legend")).scrollIntoView({ block: input ? "center" : "start" });
  }
  function first() { const one = root.querySelector("input, select, textarea, button.add"); if (one) one.focus(); }
  function here() { const box = near("[data-path]"); return box ? box.dataset.path : null; }
  function onRecord(act, ...rest) { const box = near("[data-record]"); if (box) act(box.dataset.record, ...rest); }
  function onList() { const box = near("fieldset.list") || root.querySelector("fieldset.list"); if (box) add(box.dataset.path); }

  return {
    draw, make, problems, look, first, here, choose, empty, onList,
    has: (path) => spots.has(path), named: (path) => named(spots.get(path).way),
    move: (by) => onRecord(move, by), remove: () => onRecord(remove),
  };
};
