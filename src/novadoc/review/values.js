"use strict";
// What the schema says of a value: kinds, blanks, rules, and the way to JSON text and back.
// A leaf is null, a truth value, or text: numbers stay the digits they were. Where 12 and "12" are
// two values (choices, and leaves of several types), it is JSON text. An object or a list that may
// be missing is null when it is.
const Values = ((decimal) => {
  const MARK = "\u0001"; // before a number's text, and before text that begins with it

  function types(node) { return Array.isArray(node.type) ? node.type : node.type ? [node.type] : []; }
  function nullable(node) { return types(node).includes("null") || (node.enum || []).includes(null) || !(types(node).length || node.enum); }
  function kind(node) {
    if (node.enum) return "enum";
    const type = types(node).find((name) => name !== "null");
    if (types(node).filter((name) => name !== "null").length > 1 || !types(node).length) return "mixed";
    if (type === "object") return node.properties ? "object" : "json";
    if (type === "array") return node.items ? "array" : "json";
    if (type === "string" && ["date", "time", "date-time"].includes(node.format)) return node.format;
    return type;
  }
  function choices(node) { return (node.enum || []).filter((choice) => choice !== null).map((choice) => JSON.stringify(choice)); }
  function isMap(node) { return kind(node) === "json" && types(node)[0] === "object"; }

  // Of an object of several kinds, whether its own has a key; all kinds do until one is known.
  function belongs(node, value, key) {
    if (!node.kinds || key === node.kinds.key) return true;
    const tag = value[node.kinds.key];
    const shape = node.kinds.shapes.find(({ tags }) => tags.some((one) => JSON.stringify(one) === tag));
    return shape ? shape.keys.includes(key) : tag !== null;
  }

  // ---- JSON ------------------------------------------------------------------------------

  // A browser reads 12345678901234567.89 as 12345678901234568, so numbers are read as text.
  function parse(text) {
    const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
    return JSON.parse(text.replace(tokens, (token, key) => {
      if (token[0] !== '"') return '"\\u0001' + token + '"';
      return !key && token.startsWith('"\\u0001') ? '"\\u0001' + token.slice(1) : token;
    }));
  }
  function isNumber(value) { return typeof value === "string" && /^\u0001-?\d[\d.eE+-]*$/.test(value); }
  function bare(text) { return text.startsWith(MARK) ? text.slice(MARK.length) : text; }
  function print(value) {
    if (isNumber(value)) return bare(value);
    if (Array.isArray(value)) return "[" + value.map(print).join(", ") + "]";
    if (typeof value === "string") return JSON.stringify(bare(value));
    if (!value || typeof value !== "object") return JSON.stringify(value);
    return "{" + Object.entries(value).map(([key, below]) => JSON.stringify(key) + ": " + print(below)).join(", ") + "}";
  }

  function each(node, make) { return Object.fromEntries(Object.entries(node.properties).map(([key, below]) => [key, make(below, key)])); }
  function blank(node) { return nullable(node) ? null : fresh(node); }
  // What stands there once it is said to be on the page.
  function fresh(node) {
    if (kind(node) === "object") return each(node, blank);
    return kind(node) === "array" ? [] : isMap(node) ? "{}" : null;
  }
  // From what `parse` returned; whatever does not fit is kept where a person can see and mend it.
  function inner(node, value) {
    const form = kind(node);
    if (form === "object") {
      if (!value || typeof value !== "object" || Array.isArray(value)) return blank(node);
      return each(node, (below, key) => inner(below, Object.hasOwn(value, key) ? value[key] : null));
    }
    if (form === "array") return Array.isArray(value) ? value.map((item) => inner(node.items, item)) : blank(node);
    if (value === null || value === undefined) return blank(node);
    if (form === "boolean" && typeof value === "boolean") return value;
    return ["json", "mixed", "enum"].includes(form) || typeof value !== "string" ? print(value) : bare(value);
  }
  function outer(node, value) {
    const form = kind(node);
    if (value === null) return "null";
    if (form === "object") return "{" + Object.entries(node.properties).map(([key, below]) => JSON.stringify(key) + ": " + outer(below, value[key])).join(", ") + "}";
    if (form === "array") return "[" + value.map((item) => outer(node.items, item)).join(", ") + "]";
    if (typeof value === "boolean") return JSON.stringify(value);
    if (["json", "mixed", "enum"].includes(form)) return isJson(value) ? value : JSON.stringify(value);
    return ["number", "integer"].includes(form) && !SHAPES[form](value) ? value : JSON.stringify(value);
  }
  function isJson(text) { try { JSON.parse(text); return true; } catch { return false; } }

  // ---- leaves of several types -----------------------------------------------------------

  const READERS = {
    number: (text, node) => { const digits = decimal === "," ? swapped(text) : text; return SHAPES[types(node).includes("integer") ? "integer" : "number"](digits) ? null : digits; },
    boolean: (text) => ({ Yes: "true", No: "false" })[text] ?? null,
    json: (text) => (/^\s*[{[]/.test(text) && isJson(text) ? text : null),
    string: (text) => JSON.stringify(text),
  };
  function swapped(text) { return text.replace(/[.,]/g, (mark) => (mark === "," ? "." : ",")); }
  // What may stand here: JSON only where anything may.
  function allowed(node) {
    const names = types(node).map((name) => (name === "integer" ? "number" : name));
    return Object.keys(READERS).filter((name) => !types(node).length || names.includes(name));
  }
  // The types a text can be read as, the narrowest first.
  function readings(node, text) { return allowed(node).filter((name) => READERS[name](text, node) !== null); }
  function read(node, text, type) { return type ? READERS[type](text, node) : text; }
  // What a value is; nothing when it is no JSON.
  function typeOf(value) {
    if (value === null || !isJson(value)) return null;
    const found = JSON.parse(value), type = typeof found;
    return type === "object" ? "json" : type;
  }
  // A text as it is typed. What was said to be of one type, while it could have been another, stays so.
  function retyped(node, text, before) {
    const found = readings(node, text), type = typeOf(before);
    const said = found.includes(type) && readings(node, printed(node, before)).length > 1;
    return read(node, text, said ? type : found[0]);
  }

  // ---- rules -----------------------------------------------------------------------------

  // An amount as people type it becomes 1234.50 where it can be read in one way only, and stays as
  // typed where not: 1,234 is two amounts, unless the schema's conventions say which. A lone point
  // stands before decimals, as on this page, unless the conventions say that a comma does.
  function plain(typed) {
    const text = typed.replace(/[$€£¥\s'’]/g, "").replace(/^\+/, "");
    const mark = pointOf(text);
    if (!mark) return text;
    const [whole, cents, ...more] = text.split(mark);
    const group = mark === "." ? "," : ".";
    const grouped = new RegExp("^-?\\d{1,3}(\\" + group + "\\d{3})+$").test(whole);
    if (more.length || !(grouped || /^-?\d*$/.test(whole)) || /\D/.test(cents || "")) return text;
    const digits = whole.replaceAll(group, "").replace(/^(-?)0+(?=\d)/, "$1").replace(/^(-?)$/, "$10");
    return /\d/.test(text) ? digits + (cents ? "." + cents : "") : text;
  }
  // What stands before the cents; nothing where that is a guess.
  function pointOf(text) {
    const commas = text.split(",").length - 1, points = text.split(".").length - 1;
    if (commas && points) return text.lastIndexOf(",") > text.lastIndexOf(".") ? "," : ".";
    if (commas + points !== 1) return points ? "," : ".";
    const other = commas ? "," : ".", guess = /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(text);
    return guess ? decimal ?? (commas ? null : ".") : other;
  }
  // With the mark that is typed: what is shown is read as it was.
  function printed(node, value) {
    const form = kind(node), type = form === "mixed" ? typeOf(value) : form;
    if (form === "mixed" && type === "string") return JSON.parse(value);
    if (form === "mixed" && type === "boolean") return value === "true" ? "Yes" : "No";
    if (form === "enum") return named(node, value);
    return decimal === "," && type === "number" && !SHAPES.number(value) ? value.replace(".", ",") : String(value);
  }
  // A choice in words; of two that look alike, the text says that it is one.
  function named(node, value) {
    if (typeOf(value) !== "string") return value;
    const text = JSON.parse(value);
    return choices(node).includes(text) ? text + " (text)" : text;
  }
  function dated(text) {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(text + "T00:00:00Z") : NaN;
    return !isNaN(day) && day.toISOString().slice(0, 10) === text;
  }
  function timed(text) { return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?$/.test(text); }

  const WORDS = { number: "Number", boolean: "Yes or no", json: "JSON", string: "Text" };
  const SHAPES = {
    number: (text) => (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? "" : "Not a number like 1234.50."),
    integer: (text) => (/^-?(0|[1-9]\d*)$/.test(text) ? "" : "Not a whole number."),
    boolean: (value) => (typeof value === "boolean" ? "" : "Neither yes nor no."),
    date: (text) => (dated(text) ? "" : "Not a date like 2024-01-31."),
    time: (text) => (timed(text) ? "" : "Not a time like 14:30:00."),
    "date-time": (text) => (dated(text.slice(0, 10)) && /^[T ]/.test(text.slice(10)) && timed(text.slice(11)) ? "" : "Not a time like 2024-01-31T14:30:00."),
    enum: (text, node) => (choices(node).includes(text) ? "" : "Not one of the choices."),
    mixed: (text, node) => (allowed(node).includes(typeOf(text)) ? "" : "Not one of: " + allowed(node).map((name) => WORDS[name].toLowerCase()).join(", ") + "."),
    json: (text, node) => (!isJson(text) ? "Not valid JSON." : isMap(node) ? entries(node.additionalProperties, text) : ""),
    string: () => "",
  };
  function entries(node, text) {
    if (!/^\s*\{/.test(text)) return "Not an object like {\"key\": \"value\"}.";
    if (!node || ["object", "array"].includes(kind(node))) return ""; // checked when the file is read
    const broken = Object.entries(parse(text)).map(([key, item]) => [key, rule(node, inner(node, item))]).find(([, found]) => found);
    return broken ? broken.join(": ") : "";
  }
  const AMOUNTS = {
    minimum: (value, limit) => (value >= limit ? "" : "At least " + limit + "."),
    maximum: (value, limit) => (value <= limit ? "" : "At most " + limit + "."),
    exclusiveMinimum: (value, limit) => (value > limit ? "" : "More than " + limit + "."),
    exclusiveMaximum: (value, limit) => (value < limit ? "" : "Less than " + limit + "."),
    multipleOf: (value, limit) => (Math.abs(value / limit - Math.round(value / limit)) < 1e-9 ? "" : "A multiple of " + limit + "."),
  };
  const TEXTS = {
    minLength: (text, limit) => ([...text].length >= limit ? "" : "At least " + limit + " characters."),
    maxLength: (text, limit) => ([...text].length <= limit ? "" : "At most " + limit + " characters."),
    pattern: (text, limit) => (matches(text, limit) ? "" : "Not of the form " + limit),
  };
  function matches(text, pattern) {
    try { return new RegExp(pattern, "u").test(text); } catch { return true; } // a dialect of its own: checked on import
  }
  function limits(checks, value, node) {
    for (const [name, check] of Object.entries(checks)) {
      const broken = name in node ? check(value, node[name]) : "";
      if (broken) return broken;
    }
    return "";
  }
  // What is wrong with a leaf, in words without its value; empty when it fits.
  function rule(node, value) {
    const form = kind(node);
    if (value === null) return nullable(node) ? "" : "A value is required.";
    const broken = SHAPES[form](value, node);
    if (broken) return broken;
    if (form === "number" || form === "integer") return limits(AMOUNTS, Number(value), node);
    return form === "string" ? limits(TEXTS, value, node) : "";
  }
  function rows(node, value) {
    if (value === null) return nullable(node) ? "" : "A value is required.";
    if (kind(node) !== "array") return "";
    if (value.length < (node.minItems ?? 0)) return "At least " + node.minItems + " rows.";
    return value.length > (node.maxItems ?? Infinity) ? "At most " + node.maxItems + " rows." : "";
  }

  return { kind, nullable, choices, belongs, parse, blank, fresh, inner, outer, plain, printed, rule, rows, allowed, readings, read, typeOf, retyped, WORDS };
});
