/* What the parts of the page share: making elements, words and dates of the language, and one bus between them.
   Text goes into text nodes only; nothing here, or in the files after it, ever parses markup. */
"use strict";
window.presscite = (() => {
  const bus = new EventTarget();
  const parts = {};
  const started = [];
  const state = { words: {}, limit: 2000, note: 2000, past: 10, exported: 60, user: "", lang: "en", status: { state: "opening", outlets: [], languages: [], examples: [] } };

  const emit = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));
  const on = (name, heard) => bus.addEventListener(name, (event) => heard(event.detail));

  /* Gradio tells no part that its call was not let in, is none that the program has now, or needs a login again: it is heard here. */
  const fetched = window.fetch.bind(window);
  window.fetch = async (...sent) => {
    const came = await fetched(...sent);
    if (!came.ok && String(sent[0]).includes("/queue/join")) emit("refused");
    if (came.status === 401) location.assign(`login?next=${encodeURIComponent(`/${location.search}`)}`);
    if ([404, 422].includes(came.status) && String(sent[0]).includes("/component_server")) emit("stale");
    return came;
  };

  /* An element. `onclick` and its like are listeners; null, false and "" children are left out. */
  const el = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
    return node;
  };

  /* An icon from its path, drawn on 24 by 24. */
  const icon = (path) => {
    const make = (tag, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      return node;
    };
    const svg = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "pc-icon" });
    svg.append(make("path", { d: path }));
    return svg;
  };

  const locale = () => {
    const wanted = (navigator.languages || []).find((tag) => tag.toLowerCase().startsWith(state.lang));
    return wanted || (state.lang === "pt" ? "pt-BR" : "en");
  };
  /* Formats take long to make: each is made once. */
  const formats = new Map();
  const format = (kind, where, options) => {
    const key = JSON.stringify([kind, where, options]);
    if (!formats.has(key)) formats.set(key, new Intl[kind](where, options));
    return formats.get(key);
  };
  const ours = () => state.lang === "pt" ? "pt-BR" : "en";
  const number = (value, digits) => format("NumberFormat", locale(), digits && { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

  /* The words for a key, with what stands in braces filled in; `n` chooses between singular and plural. */
  const t = (key, values = {}, lang = state.lang) => {
    let text = (state.words[lang] || state.words[state.lang] || {})[key];
    if (text === undefined) return key;
    if (Array.isArray(text)) text = values.n === 1 ? text[0] : text[1];
    return text.replace(/\{(\w+)\}/g, (whole, name) =>
      values[name] === undefined ? whole : typeof values[name] === "number" ? number(values[name]) : values[name]);
  };

  /* "2010-08-05" → "5 ago. 2010", "5 Aug 2010"; the day is the outlet's own, so no time zone may move it. */
  const day = (iso, month = "short") => {
    if (!iso) return "";
    const when = new Date(iso + "T00:00:00Z");
    if (Number.isNaN(+when)) return iso; /* of a link that somebody wrote by hand; the program refuses it */
    if (month === "long") return format("DateTimeFormat", locale(), { day: "numeric", month, year: "numeric", timeZone: "UTC" }).format(when);
    const name = format("DateTimeFormat", ours(), { month, timeZone: "UTC" }).format(when);
    return `${when.getUTCDate()} ${name} ${when.getUTCFullYear()}`;
  };

  /* Days in a row, as short as they can be said: "2025", "janeiro de 2026", "1–15 jan. 2026", "5 dez. 2025 – 3 jan. 2026". One end may be open. */
  const days = (since, until) => {
    if ([since, until].some((iso) => iso && !/^\d{4}-\d{2}-\d{2}$/.test(iso))) return `${since} – ${until}`;
    if (!since || !until) return t(since ? "dates_since" : "dates_until", { date: day(since || until) });
    if (since === until) return day(since);
    const [[y, m, d], [year, month, last]] = [since, until].map((iso) => iso.split("-").map(Number));
    const ends = last === new Date(Date.UTC(year, month, 0)).getUTCDate();
    if (y === year && m === 1 && d === 1 && month === 12 && ends) return String(year);
    if (y === year && m === month && d === 1 && ends) {
      return format("DateTimeFormat", ours(), { month: "long", year: "numeric", timeZone: "UTC" }).format(new Date(since + "T00:00:00Z"));
    }
    return y === year && m === month ? `${d}–${day(until)}` : `${day(since)} – ${day(until)}`;
  };

  /* How long ago a day was: "há 3 dias", "10 months ago"; the day itself counts as today. */
  const ago = (iso) => {
    if (!iso) return "";
    const now = new Date();
    const days = Math.round((new Date(iso + "T00:00:00Z") - Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) / 86_400_000);
    const said = format("RelativeTimeFormat", ours(), { numeric: "auto" });
    const size = Math.abs(days);
    return size < 31 ? said.format(days, "day") : size < 365 ? said.format(Math.trunc(days / 30.44), "month") : said.format(Math.trunc(days / 365.25) || Math.sign(days), "year");
  };

  /* An instant in this machine's own time. */
  const moment = (iso) => format("DateTimeFormat", locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

  const languageName = (code) => {
    try { return format("DisplayNames", locale(), { type: "language" }).of(code) || code; } catch { return code; }
  };

  const coverage = (held) => {
    if (!held) return "";
    const days = held.first && held.last ? (held.first === held.last ? day(held.first) : `${day(held.first)} – ${day(held.last)}`) : "";
    return [t("articles", { n: held.articles }), t("outlets_n", { n: held.outlets }), days].filter(Boolean).join(" · ");
  };

  /* "Outlet · 14 jan. 2026 · inglês" */
  const sourceLine = (source) =>
    [source.outlet || t("no_outlet"), source.date ? day(source.date) : t("no_date"), source.lang && languageName(source.lang)]
      .filter(Boolean).join(" · ");

  /* The same with the day in full and how long ago it was, and the rest of what is said of an article: when it was updated, who wrote it, who may read it. */
  const about = (source) => [source.outlet || t("no_outlet"), source.date ? `${day(source.date, "long")} (${ago(source.date)})` : t("no_date"), source.lang && languageName(source.lang), source.updated && t("updated", { date: day(source.updated) }), source.authors.join(", "),
    source.free === false && t("subscribers"), source.rights].filter(Boolean).join(" · ");

  /* A correction note; many begin by saying that they are one. */
  const correction = (note) => note && el("p", { class: "pc-correction" },
    !/^(corre|errat)/i.test(note) && el("strong", {}, `${t("correction")}: `), el("bdi", {}, note));

  /* What in the article's file cannot be taken at its word, a line each. */
  const DOUBTS = { encoding: "doubt_encoding", garbled: "doubt_garbled", ambiguous: "doubt_ambiguous", unsure: "doubt_unsure", ahead: "doubt_ahead", mixed: "doubt_mixed" };
  const FIELDS = { text: "field_text", title: "field_title", outlet: "field_outlet", authors: "field_authors", url: "field_url", published: "field_published", modified: "field_modified" };
  const doubts = ({ doubts: found }) => found.length > 0 && el("ul", { class: "pc-doubts" },
    found.map(({ kind, field, given }) => el("li", {}, el("bdi", {}, t(DOUBTS[kind], { field: t(FIELDS[field]), given })))));

  const stored = (value) => {
    try {
      if (value) localStorage.setItem("presscite-language", value);
      return localStorage.getItem("presscite-language");
    } catch { return null; }
  };
  const speak = (lang, chosen) => {
    state.lang = lang === "pt" ? "pt" : "en";
    if (chosen) stored(state.lang);
    document.documentElement.lang = state.lang === "pt" ? "pt-BR" : "en";
    emit("language", state.lang);
  };

  const settle = ({ words, ...limits }) => {
    state.words = words;
    Object.assign(state, limits);
    const asked = new URLSearchParams(location.search).get("lang") || stored() || navigator.language || "en";
    speak(asked.toLowerCase().startsWith("pt") ? "pt" : "en");
  };

  /* Gradio calls this when a part is in the page. `names` are the events that the part may trigger: Gradio reads them there. */
  const start = (name, context, names) => {
    if (context.element.dataset.started) return;
    context.element.dataset.started = "yes";
    context.root = context.element.querySelector(`.pc-${name}`) || context.element;
    context.names = names;
    started.push(name);
    parts[name](context);
    document.documentElement.lang = state.lang === "pt" ? "pt-BR" : "en";
  };

  const narrow = () => window.matchMedia("(max-width: 899px)").matches;
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  /* A name that nobody guesses. */
  const unique = () => [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("-");
  return { parts, state, emit, on, el, icon, t, number, day, days, ago, moment, languageName, coverage, sourceLine, about, correction, doubts, speak, settle, start, narrow, calm, unique };
})();
