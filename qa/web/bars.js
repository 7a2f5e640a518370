/* Coverage as bars over time and lists beside them. A bar is a button that names its days and its number; a click filters by it.
   presscite.bars(found, act) → nodes;  found: what the program tells of articles over time;  act: days(since, until), outlet(name), language(code), section(name) */
presscite.bars = (found, act) => {
  const { el, t, day, days, number, languageName } = presscite;
  const SHOWN = 8;
  const most = Math.max(1, ...found.bars.map((one) => one.articles));
  const told = el("p", { class: "pc-bars-told", "aria-hidden": "true" });
  const label = (one) => t("bar", { days: days(one.first, one.last), articles: t("articles", { n: one.articles }) });
  const tell = (one) => { told.textContent = one ? label(one) : ""; };

  const bar = (one) => {
    const filled = el("i");
    filled.style.height = one.articles ? `${Math.max(4, 100 * one.articles / most)}%` : "0";
    if (!one.articles) return el("span", { class: "pc-bar-none" }, filled);
    return el("button", { type: "button", class: "pc-bar-one", tabindex: "-1", "aria-label": label(one), onclick: () => act.days(one.first, one.last),
      onpointerenter: () => tell(one), onfocus: () => tell(one), onpointerleave: () => tell(null), onblur: () => tell(null) }, filled);
  };
  const made = found.bars.map(bar);
  const buttons = made.filter((one) => one.tagName === "BUTTON");
  if (buttons.length) buttons[buttons.length - 1].tabIndex = 0;
  /* One stop for the Tab key; arrows go from bar to bar. */
  const move = (event) => {
    const at = buttons.indexOf(event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined || !buttons[to]) return;
    event.preventDefault();
    buttons[at].tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  };
  const chart = made.length > 0 && el("div", { class: "pc-chart" },
    el("div", { class: "pc-bars", role: "group", "aria-label": t("bars_label"), onkeydown: move }, made),
    el("div", { class: "pc-bars-ends", "aria-hidden": "true" }, el("span", {}, day(found.bars[0].first)), told, el("span", {}, day(found.bars[found.bars.length - 1].last))));

  const row = (name, n, top, pick) => {
    const filled = el("i");
    filled.style.width = `${100 * n / top}%`;
    return el("li", {}, el("button", { type: "button", class: "pc-share", "aria-label": t("share", { name, articles: t("articles", { n }) }), onclick: pick },
      el("bdi", { class: "pc-share-name" }, name), el("span", { class: "pc-gauge", "aria-hidden": "true" }, filled), el("span", { class: "pc-value" }, number(n))));
  };
  const list = (title, shares, name, pick) => {
    const named = (shares || []).filter((one) => one.name);
    if (!named.length) return null;
    const top = named[0].articles;
    const rows = named.map((one) => row(name(one.name), one.articles, top, () => pick(one.name)));
    return el("section", {}, el("h3", {}, title), el("ul", { class: "pc-shares" }, rows.slice(0, SHOWN)),
      rows.length > SHOWN && el("details", {}, el("summary", {}, t("more_n", { n: rows.length - SHOWN })), el("ul", { class: "pc-shares" }, rows.slice(SHOWN))));
  };
  const facts = [t("articles", { n: found.articles }), found.origins > 0 && found.origins < found.articles && t("origins_n", { n: found.origins }),
    found.undated > 0 && t("undated", { n: found.undated })].filter(Boolean).join(" · ");
  return [
    el("p", { class: "pc-bars-facts" }, facts), chart || "",
    el("div", { class: "pc-lists" }, list(t("outlets"), found.outlets, (name) => name, act.outlet), list(t("languages"), found.languages, languageName, act.language),
      list(t("sections"), found.sections, (name) => name, act.section)),
  ];
};
