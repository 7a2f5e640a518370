/* What stands under an answer: copy and export, a word on whether it is right, coverage over time, and questions to ask next.
   presscite.extras(turn) → { node, draw(data), offer(data) };  turn: asText(), server, again(change), ask(question), same(data) → how to find this answer again */
presscite.extras = (turn) => {
  const { el, icon, t, state } = presscite;
  const TRIES = 5;
  const LATER_MS = 3_000;
  const VERDICTS = { right: "verdict_right", wrong: "verdict_wrong", evidence: "verdict_evidence" };
  const SIGNS = { right: "M5 12.5l4.5 4.5L19 7.5", wrong: "M6 6l12 12M18 6L6 18", evidence: "M12 4v9M12 17.5v1" };
  const actions = el("div", { class: "pc-actions" });
  const voice = el("div", { class: "pc-voice" });
  const over = el("div", { class: "pc-over" });
  const next = el("div", { class: "pc-next" });
  const node = el("div", { class: "pc-extras" }, actions, voice, over, next);
  let offered = false;

  const copied = async (button) => {
    try { await navigator.clipboard.writeText(turn.asText()); button.textContent = t("copied"); } catch { button.textContent = t("copy_failed"); }
    setTimeout(() => { button.textContent = t("copy"); }, 2500);
  };

  /* ── export ── */
  const address = (data) => {
    const { filter = {}, dates } = data.asked || {};
    const query = new URLSearchParams({ q: data.question });
    for (const [key, value] of [["from", filter.since], ["to", filter.until]]) if (value) query.set(key, value);
    for (const [key, values] of [["outlet", filter.outlets], ["article_lang", filter.languages], ["section", filter.sections]]) for (const value of values || []) query.append(key, value);
    if (dates === false) query.set("dates", "off");
    query.set("lang", state.lang);
    return `${location.origin}${location.pathname}?${query}`;
  };
  const menu = (data) => presscite.menu(t("export"), [
    ...presscite.forms(turn.server, () => [turn.same(data)], told),
    [t("copy_link"), async () => { try { await navigator.clipboard.writeText(address(data)); told("copied"); } catch { told("copy_failed"); } }],
  ]);
  const told = (key) => { note.textContent = t(key); };
  const note = el("p", { class: "pc-hint", role: "status" });

  /* ── right or wrong ── */
  const give = async (data, verdict, note = "") => {
    let came = null;
    try { came = await turn.server.feedback({ ...turn.same(data), verdict, note }); } catch { /* told below */ }
    return !came ? t("error_connection") : came.error ? [t(came.error), came.detail].filter(Boolean).join(" ") : "";
  };
  const drawVoice = (data) => {
    const now = data.verdict || null;
    const said = el("p", { class: "pc-hint", role: "status" });
    const choose = (verdict) => async () => {
      const wanted = verdict === now?.verdict ? null : verdict;
      const why = await give(data, wanted);
      if (why) { said.textContent = why; return; }
      turn.keep({ verdict: wanted && { verdict: wanted, note: "" } });
      voice.querySelector(wanted ? "textarea" : `[data-verdict=${verdict}]`)?.focus();
    };
    const button = (verdict) => el("button", { type: "button", class: "pc-button pc-verdict", "data-verdict": verdict, "aria-pressed": String(now?.verdict === verdict), onclick: choose(verdict) },
      icon(SIGNS[verdict]), t(VERDICTS[verdict]));
    const text = el("textarea", { rows: 2, maxlength: state.note, "aria-label": t("note_label"), placeholder: t("note_label") });
    text.value = now?.note || "";
    const send = el("button", { type: "button", class: "pc-button", onclick: async () => {
      const why = await give(data, now.verdict, text.value);
      if (!why) turn.keep({ verdict: { ...now, note: text.value.trim() } }, false);
      said.textContent = why || t("note_kept");
    } }, t("note_send"));
    voice.replaceChildren(
      el("div", { class: "pc-verdicts", role: "group", "aria-label": t("verdict_ask") }, el("span", {}, t(now ? "verdict_thanks" : "verdict_ask")),
        data.status === "refused" ? [button("right"), button("wrong")] : [button("right"), button("wrong"), button("evidence")]),
      now ? el("div", { class: "pc-remark" }, text, send) : "", said);
  };

  /* ── coverage over time ── */
  const drawOver = (data) => {
    const body = el("div", { "aria-live": "polite" });
    const act = { days: (since, until) => turn.again({ since, until }), outlet: (name) => turn.again({ outlets: [name] }), language: (code) => turn.again({ languages: [code] }),
      section: (name) => turn.again({ sections: [name] }) };
    const open = async (event) => {
      if (!event.target.open || body.childElementCount) return;
      body.replaceChildren(el("p", { class: "pc-phase" }, t("counting")));
      const { question, past, filter } = turn.same(data);
      let found = null;
      try { found = await turn.server.overview({ question, past, filter }); } catch { /* told below */ }
      body.replaceChildren(...(!found || found.error ? [el("p", { role: "alert" }, t(found?.error || "error_connection"))]
        : found.articles ? presscite.bars(found, act) : [el("p", {}, t("nothing_near"))]));
      over.scrollIntoView({ block: "nearest" });
    };
    over.replaceChildren(el("details", { ontoggle: open }, el("summary", {}, t("over_time")), body));
  };

  /* ── what to ask next ── */
  const offer = async (data, tries = 0) => {
    const late = () => !node.isConnected || node.closest(".pc-turn").nextElementSibling; /* what comes above the newest question would push that away */
    if (offered || data.suggested || tries === TRIES || late()) return;
    let found = null;
    try { found = await turn.server.suggest(turn.same(data)); } catch { return; }
    if (late()) return;
    if (!found) { setTimeout(() => offer(data, tries + 1), LATER_MS); return; } /* somebody's question comes first */
    offered = true;
    turn.keep({ suggested: found }, false);
    drawNext(found);
  };
  const drawNext = (found) => next.replaceChildren(...(found.length ? [el("h3", {}, t("ask_next")), el("ul", { class: "pc-examples" }, found.map(({ text, lang }) =>
    el("li", {}, el("button", { type: "button", class: "pc-example", lang: lang || null, dir: "auto", onclick: () => turn.ask(text) }, text))))] : []));

  const draw = (data) => {
    const whole = data.status === "answered" || data.status === "refused";
    const some = whole || (data.status === "stopped" && data.claims.length > 0);
    note.textContent = "";
    const copy = data.claims.length > 0 && el("button", { type: "button", class: "pc-link", onclick: (event) => copied(event.currentTarget) }, t("copy"));
    actions.replaceChildren(...(some ? [turn.sources(), copy, menu(data), note].filter(Boolean) : []));
    whole ? drawVoice(data) : voice.replaceChildren();
    whole ? drawOver(data) : over.replaceChildren();
    if (data.suggested) drawNext(data.suggested);
  };
  return { node, draw, offer };
};

/* A button that opens a list of actions: [[label, act()], …]. Arrows go through it, Escape closes it. */
presscite.menu = (label, entries) => {
  const { el } = presscite;
  const id = `pc-menu-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  const list = el("div", { class: "pc-menu", role: "menu", id, hidden: true, "aria-label": label });
  const button = el("button", { type: "button", class: "pc-link", "aria-haspopup": "menu", "aria-expanded": "false", "aria-controls": id, onclick: () => toggle(list.hidden) }, label, " ▾");
  const box = el("span", { class: "pc-menu-box" }, button, list);
  const items = entries.map(([text, act]) => el("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => { toggle(false); act(); } }, text));
  list.append(...items);
  const away = (event) => { if (!box.contains(event.target)) toggle(false, false); };
  /* Upwards where there is no room below, and never over the right edge. */
  const fit = () => {
    list.classList.remove("pc-up");
    list.style.left = "-8px";
    const at = list.getBoundingClientRect();
    list.classList.toggle("pc-up", at.bottom > innerHeight - 90);
    list.style.left = `${Math.min(-8, innerWidth - 20 - at.right)}px`;
  };
  const toggle = (open, back = true) => {
    list.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    document[open ? "addEventListener" : "removeEventListener"]("pointerdown", away);
    if (open) { fit(); items[0].focus({ preventScroll: true }); }
    else if (back) button.focus({ preventScroll: true });
  };
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); items[(to + items.length) % items.length].focus(); }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); toggle(false); }
    if (event.key === "Tab") toggle(false, false);
  });
  return box;
};

/* The forms of a file of answers, for a menu; turns() → how to find them. */
presscite.forms = (server, turns, failed) => Object.entries({ md: "export_md", html: "export_html", json: "export_json", csl: "export_csl", bib: "export_bib" })
  .map(([form, key]) => [presscite.t(key), () => presscite.download(server, turns(), form, failed)]);

/* Puts a file of the answers together and gives it to the browser; failed(key of the words) tells why not. */
presscite.download = async (server, turns, form, failed) => {
  const { el, state } = presscite;
  failed("exporting");
  let came = null;
  try { came = await server.export({ turns: turns.slice(-state.exported), form, lang: state.lang }); } catch { /* told below */ }
  if (!came || came.error) { failed(came?.error || "error_connection"); return; }
  const address = URL.createObjectURL(new Blob([came.text], { type: came.type }));
  const link = el("a", { href: address, download: came.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  failed("exported");
};
