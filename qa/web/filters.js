/* The filters: a panel over the composer, and chips that say which ones are on. They are checked again on the server.
   presscite.filters() → { button, panel, chips, value(), take(change), clear(), draw(), wrong(), open() } */
presscite.filters = () => {
  const { el, icon, t, day, days, languageName, state, narrow } = presscite;
  const FUNNEL = "M4 5h16l-6 7v5l-4 2v-7z";
  const LISTS = ["outlets", "languages", "sections"];
  const YEARS = 6;
  const chosen = { since: "", until: "", outlets: new Set(), languages: new Set(), sections: new Set() };
  const button = el("button", { type: "button", class: "pc-button pc-filter-button", "aria-expanded": "false", "aria-controls": "pc-filters", onclick: () => toggle() });
  const panel = el("div", { id: "pc-filters", class: "pc-filters", hidden: true, role: "group", onkeydown: (event) => {
    if (event.key === "Escape") { event.stopPropagation(); toggle(false); }
  } });
  const chips = el("div", { class: "pc-filter-chips" });

  const count = () => (chosen.since ? 1 : 0) + (chosen.until ? 1 : 0) + LISTS.reduce((sum, name) => sum + chosen[name].size, 0);
  const wrong = () => Boolean(chosen.since && chosen.until && chosen.since > chosen.until);
  const value = () => count() ? { since: chosen.since, until: chosen.until, ...Object.fromEntries(LISTS.map((name) => [name, [...chosen[name]]])) } : {};
  /* Take over what is named: other filters stay as they are. */
  const take = (change) => {
    for (const name of ["since", "until"]) if (name in change) chosen[name] = change[name] || "";
    for (const name of LISTS) if (name in change) chosen[name] = new Set(change[name]);
    draw();
    if (!panel.hidden) drawPanel();
  };

  const toggle = (open = panel.hidden) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) { drawPanel(); panel.querySelector("input")?.focus({ preventScroll: true }); }
    else button.focus();
  };
  const clear = () => {
    chosen.since = chosen.until = "";
    for (const name of LISTS) chosen[name].clear();
    draw();
    if (!panel.hidden) drawPanel();
  };
  const set = (change) => { change(); drawChips(); drawButton(); warn(); };

  const date = (key, label) => {
    const held = state.status.coverage || {};
    const input = el("input", { type: "date", id: `pc-${key}`, min: held.first, max: held.last, onchange: () => set(() => { chosen[key] = input.value; }) });
    input.value = chosen[key];
    return el("label", { class: "pc-date", for: `pc-${key}` }, el("span", {}, label), input);
  };
  /* Stretches of days to choose with one click: counted back from the archive's last day, and its years. */
  const presets = () => {
    const { first, last } = state.status.coverage || {};
    if (!first || !last) return null;
    const back = (count) => new Date(Date.parse(last + "T00:00:00Z") - (count - 1) * 86_400_000).toISOString().slice(0, 10);
    const years = Array.from({ length: +last.slice(0, 4) - +first.slice(0, 4) + 1 }, (_, i) => String(+last.slice(0, 4) - i)).slice(0, YEARS);
    const all = [[t("last_days", { n: 7 }), back(7), last], [t("last_days", { n: 30 }), back(30), last], ...(years.length > 1 ? years.map((year) => [year, `${year}-01-01`, `${year}-12-31`]) : [])];
    return el("div", { class: "pc-presets", role: "group", "aria-label": t("presets") }, all.map(([label, since, until]) => {
      const on = chosen.since === since && chosen.until === until;
      return el("button", { type: "button", class: "pc-preset", "aria-pressed": String(on), onclick: () => {
        take(on ? { since: "", until: "" } : { since, until });
        [...panel.querySelectorAll(".pc-preset")].find((one) => one.textContent === label)?.focus();
      } }, label);
    }));
  };
  const box = (among, item, label) => {
    const input = el("input", { type: "checkbox", value: item, onchange: () => set(() => { input.checked ? among.add(item) : among.delete(item); }) });
    input.checked = among.has(item);
    return el("label", { class: "pc-check" }, input, el("bdi", {}, label));
  };
  const group = (title, among, items, label) => items.length > 0 && el("fieldset", {}, el("legend", {}, title),
    items.length > 10 && finder(title), el("div", { class: "pc-checks" }, items.map((item) => box(among, item, label(item)))));
  const finder = (title) => el("input", { type: "search", class: "pc-find", "aria-label": t("find_in", { title }), placeholder: t("find_in", { title }), oninput: (event) => {
    const part = event.target.value.toLocaleLowerCase();
    for (const label of event.target.parentNode.querySelectorAll(".pc-check")) label.hidden = !label.textContent.toLocaleLowerCase().includes(part);
  } });
  const warn = () => {
    const note = panel.querySelector(".pc-wrong");
    if (note) note.textContent = wrong() ? t("date_order") : "";
  };

  const drawPanel = () => {
    panel.setAttribute("aria-label", t("filters"));
    panel.replaceChildren(
      el("div", { class: "pc-dates" }, date("since", t("from")), date("until", t("to"))),
      presets() || "",
      el("p", { class: "pc-wrong", role: "alert" }),
      group(t("outlets"), chosen.outlets, state.status.outlets || [], (name) => name) || "",
      group(t("languages"), chosen.languages, state.status.languages || [], languageName) || "",
      group(t("sections"), chosen.sections, state.status.sections || [], (name) => name) || "",
      el("div", { class: "pc-filters-end" },
        el("button", { type: "button", class: "pc-link", onclick: () => clear() }, t("clear_filters")),
        el("button", { type: "button", class: "pc-button pc-primary", onclick: () => toggle(false) }, t("done"))));
    warn();
  };
  const chip = (label, drop) => el("button", { type: "button", class: "pc-chip-filter", "aria-label": t("remove_filter", { what: label }), onclick: () => {
    set(drop);
    if (!panel.hidden) drawPanel();
    (chips.querySelector("button") || button).focus();
  } }, el("bdi", {}, label), el("span", { "aria-hidden": "true" }, "×"));
  const drawChips = () => {
    chips.replaceChildren(...[
      ...(chosen.since && chosen.until && !wrong() ? [chip(days(chosen.since, chosen.until), () => { chosen.since = chosen.until = ""; })] : [
        chosen.since && chip(t("since", { date: day(chosen.since) }), () => { chosen.since = ""; }),
        chosen.until && chip(t("until", { date: day(chosen.until) }), () => { chosen.until = ""; })]),
      ...[...chosen.outlets].map((name) => chip(name, () => chosen.outlets.delete(name))),
      ...[...chosen.languages].map((code) => chip(languageName(code), () => chosen.languages.delete(code))),
      ...[...chosen.sections].map((name) => chip(name, () => chosen.sections.delete(name))),
      count() > 1 && el("button", { type: "button", class: "pc-link", onclick: () => { clear(); button.focus(); } }, t("clear_filters")),
    ].filter(Boolean));
  };
  const drawButton = () => {
    const n = count();
    button.replaceChildren(icon(FUNNEL), el("span", { class: "pc-filter-word" }, t("filters")), n > 0 && el("span", { class: "pc-count", "aria-hidden": "true" }, String(n)) || "");
    button.setAttribute("aria-label", n ? `${t("filters")}: ${t("filters_on", { n })}` : t("filters"));
  };
  const draw = () => {
    drawChips();
    drawButton();
    if (!panel.hidden && !panel.contains(document.activeElement)) drawPanel(); /* not under the reader's hands: it is drawn anew when it opens */
  };

  document.addEventListener("pointerdown", (event) => {
    if (!panel.hidden && !panel.contains(event.target) && !button.contains(event.target) && !narrow()) {
      panel.hidden = true;
      button.setAttribute("aria-expanded", "false");
    }
  });
  return { button, panel, chips, value, take, clear, draw, wrong, open: () => toggle(true) };
};
