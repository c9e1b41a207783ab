"use strict";
// What the schema says of a value: kinds, blanks, rules, and the way to JSON text and back.
// A leaf is null, a truth value, or text: numbers stay the digits they were. An object or a list
// that may be missing is null when it is.
const Values = ((decimal) => {
  const MARK = "\u0001"; // before a number's text, and before text that begins with it

  function types(node) { return Array.isArray(node.type) ? node.type : node.type ? [node.type] : []; }
  function nullable(node) { return types(node).includes("null") || (node.enum || []).includes(null); }
  function kind(node) {
    if (node.enum) return "enum";
    const type = types(node).find((name) => name !== "null");
    if (types(node).filter((name) => name !== "null").length > 1) return "json";
    if (type === "object") return node.properties ? "object" : "json";
    if (type === "array") return node.items ? "array" : "json";
    if (type === "string" && ["date", "time", "date-time"].includes(node.format)) return node.format;
    return type || "json";
  }
  function choices(node) { return (node.enum || []).filter((choice) => choice !== null); }
  function isMap(node) { return kind(node) === "json" && types(node)[0] === "object"; }

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
    return form === "json" || typeof value !== "string" ? print(value) : bare(value);
  }
  function outer(node, value) {
    const form = kind(node);
    if (value === null) return "null";
    if (form === "object") return "{" + Object.entries(node.properties).map(([key, below]) => JSON.stringify(key) + ": " + outer(below, value[key])).join(", ") + "}";
    if (form === "array") return "[" + value.map((item) => outer(node.items, item)).join(", ") + "]";
    if (typeof value === "boolean") return JSON.stringify(value);
    if (form !== "json" ? SHAPES[form](value, node) : !isJson(value)) return JSON.stringify(value);
    if (form === "enum") return JSON.stringify(choices(node).find((choice) => String(choice) === value));
    return ["number", "integer", "json"].includes(form) ? value : JSON.stringify(value);
  }
  function isJson(text) { try { JSON.parse(text); return true; } catch { return false; } }

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
  function printed(node, value) { return decimal === "," && kind(node) === "number" && !SHAPES.number(value) ? value.replace(".", ",") : String(value); }
  function dated(text) {
    const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(text + "T00:00:00Z") : NaN;
    return !isNaN(day) && day.toISOString().slice(0, 10) === text;
  }
  function timed(text) { return /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?$/.test(text); }

  const SHAPES = {
    number: (text) => (/^-?(0|[1-9]\d*)(\.\d+)?$/.test(text) ? "" : "Not a number like 1234.50."),
    integer: (text) => (/^-?(0|[1-9]\d*)$/.test(text) ? "" : "Not a whole number."),
    boolean: (value) => (typeof value === "boolean" ? "" : "Neither yes nor no."),
    date: (text) => (dated(text) ? "" : "Not a date like 2024-01-31."),
    time: (text) => (timed(text) ? "" : "Not a time like 14:30:00."),
    "date-time": (text) => (dated(text.slice(0, 10)) && /^[T ]/.test(text.slice(10)) && timed(text.slice(11)) ? "" : "Not a time like 2024-01-31T14:30:00."),
    enum: (text, node) => (choices(node).some((choice) => String(choice) === text) ? "" : "Not one of the choices."),
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
    if (value === null) return nullable(node) || form === "json" ? "" : "A value is required.";
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

  return { kind, nullable, choices, parse, blank, fresh, inner, outer, plain, printed, rule, rows };
});
