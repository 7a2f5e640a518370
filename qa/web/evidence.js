/* The sources of the turn being read: cited passages first, the others folded away. A chip's number opens its exact words. */
presscite.parts.evidence = ({ root, server }) => {
  const { el, icon, t, on, emit, day, number, about, correction, doubts, fates, narrow, calm } = presscite;
  const LEFT = "M14 6l-6 6 6 6";
  const RIGHT = "M10 6l6 6-6 6";
  let shown = null;
  let active = 0;
  const app = () => document.getElementById("pc-app");

  root.setAttribute("role", "region");
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.target.closest("dialog")) { event.preventDefault(); leave(); }
  });
  const leave = () => { app()?.classList.remove("pc-sheet"); emit("back"); };

  /* ── one passage ── */
  const ask = async (wanted) => { try { return await server.whole(wanted); } catch { return null; } };
  const versions = async (article) => { try { return await server.versions({ names: [article] }); } catch { return null; } };
  const read = async (opener, wanted, n, dotted) => {
    const found = await ask(wanted);
    if (found) presscite.article(found, n, dotted, ask, versions);
    else opener.replaceWith(el("span", { role: "alert" }, t("article_gone")));
  };
  const whole = (passage, event) => {
    const key = passage.source.article;
    const marks = shown.data.quotes.filter((quote) => quote.source.article === key).map(({ n, start, end, answer }) => ({ n, start, end, answer }));
    read(event.currentTarget, { article: key, marks }, passage.quotes.includes(active) ? active : passage.quotes[0] || 0, refused());
  };
  const refused = () => shown.data.status === "refused";

  /* Where a passage stands too; each copy opens with its own stretch marked, dotted, since it is not what the answer cites. */
  const copies = ({ also, origin }) => also.length > 0 && el("p", { class: "pc-copies" }, t("stands_too"), " ", also.map((copy, i) => el("span", {}, i > 0 && ", ",
    el("button", { type: "button", class: "pc-link", title: copy.title || null,
      onclick: (event) => read(event.currentTarget, { article: copy.article, marks: [{ n: 1, start: copy.start, end: copy.end }] }, 1, true) },
    el("bdi", {}, copy.outlet || copy.title || t("no_outlet")), copy.date && `, ${day(copy.date)}`), copy.origin && ` (${t("likely_origin")})`)),
    origin && el("span", { class: "pc-origin" }, ` · ${t("likely_origin_here")}`));

  /* What became of the article since: in plain words, with the way to what changed. */
  const since = (passage, cited) => {
    const known = [fates.of(passage.source.article), ...cited.map(({ address }) => fates.of(address))];
    if (known[0].silent === "deleted") return el("p", { class: "pc-since" }, t("silent_deleted"));
    if (!known.some(({ changed }) => changed)) return null;
    const lost = cited.filter(({ address }) => fates.of(address).stands === false).map(({ n }) => n);
    return el("p", { class: lost.length ? "pc-since pc-lost" : "pc-since" }, t("changed_since"), " ", !refused() && fates.stand(cited.length - lost.length, lost), " ",
      el("button", { type: "button", class: "pc-link", onclick: (event) => whole(passage, event) }, t("what_changed")));
  };

  /* What the passage's score is made of; a full bar is the best passage's whole score. */
  const PARTS = { lexical: "why_lexical", dense: "why_dense", date: "why_date", kind: "why_kind" };
  const bar = (share) => {
    const filled = el("i");
    filled.style.width = `${100 * share}%`;
    return el("span", { class: "pc-gauge", "aria-hidden": "true" }, filled);
  };
  /* Words of the question that stand in it, each with the word that it was found as. */
  const matches = (matched) => matched.length > 0 && el("p", {}, t("why_words"), " ", matched.map(({ word, found }, i) => el("span", {}, i > 0 && ", ",
    el("bdi", { class: "pc-match" }, word), found && [" → ", el("bdi", { class: "pc-match" }, found)])));
  const places = ({ lexical_place: lexical, dense_place: dense }) => el("p", {}, [
    lexical ? t("why_lexical_place", { n: lexical }) : t("why_lexical_none"), dense ? t("why_dense_place", { n: dense }) : t("why_dense_none")].join(" · "));
  const why = ({ why: made, copies, ...passage }) => made.length > 0 && el("details", { class: "pc-why" }, el("summary", {}, t("why")),
    matches(passage.matched), places(passage),
    el("ul", {}, made.map(({ part, value, share }) => el("li", {}, el("span", {}, PARTS[part] ? t(PARTS[part]) : part), bar(share), el("span", { class: "pc-value" }, number(value, 2))))),
    el("p", {}, t("why_note"), copies > 0 && ` ${t("copies", { n: copies })}`));

  const passageCard = (passage, i) => {
    const { source, parts, quotes, starts_article: first, ends_article: last } = passage;
    const cited = quotes.map((n) => shown.data.quotes[n - 1]);
    const gone = fates.hidden(fates.of(source.article));
    return el("article", { class: refused() ? "pc-passage pc-close-by" : "pc-passage", "data-place": i, tabindex: "-1" },
      el("h3", { dir: "auto" }, !refused() && quotes.map((n) => el("span", { class: "pc-n" }, String(n))), el("span", { lang: source.lang || null }, source.title || t("no_title"))),
      el("p", { class: "pc-about" }, about(source)),
      correction(fates.correction(source)),
      !gone && doubts(source),
      gone ? el("p", { class: "pc-since pc-lost", tabindex: "-1", "data-quotes": quotes.join(" ") }, t(gone)) : since(passage, cited),
      !gone && el("p", { class: "pc-text", lang: source.lang || null, dir: "auto" }, !first && "… ", presscite.marked(parts, refused()), !last && " …"),
      !gone && copies(passage),
      el("p", { class: "pc-actions" }, !gone && presscite.outward(source),
        !gone && el("button", { type: "button", class: "pc-link", onclick: (event) => whole(passage, event) }, t("full_article")),
        quotes.length > 0 && !refused() && el("button", { type: "button", class: "pc-link pc-back", onclick: leave }, t("back"))),
      why(passage));
  };

  /* ── the column ── */
  const step = (by) => {
    const n = shown.data.quotes.length;
    activate(((active || (by > 0 ? 0 : n + 1)) + by - 1 + n) % n + 1);
    emit("moved", { id: shown.id, n: active });
  };
  const arrow = (label, path, by) => el("button", { type: "button", class: "pc-button pc-square", "aria-label": t(label), title: t(label), onclick: () => step(by) }, icon(path));
  const heading = () => {
    const n = shown?.data.quotes.length || 0;
    const title = !shown ? t("sources") : refused() ? t("nearest") : t("cited");
    return el("header", { class: "pc-evidence-head" }, el("h2", {}, title),
      n > 1 && !refused() && el("span", { class: "pc-place" }, active ? t("place", { i: active, n }) : ""),
      n > 1 && !refused() && arrow("previous", LEFT, -1), n > 1 && !refused() && arrow("next", RIGHT, 1),
      el("button", { type: "button", class: "pc-button pc-close", onclick: leave }, t("close")));
  };
  const draw = () => {
    const open = root.querySelector(".pc-rest")?.open;
    const scroll = root.querySelector(".pc-passages")?.scrollTop || 0;
    root.setAttribute("aria-label", t("sources"));
    if (!shown || !shown.data.passages?.length) {
      root.replaceChildren(heading(), el("p", { class: "pc-none" }, t(shown && refused() ? "nothing_near" : "sources_empty")));
      return;
    }
    const cards = shown.data.passages.map(passageCard);
    const main = cards.filter((_, i) => refused() || shown.data.passages[i].quotes.length);
    const rest = cards.filter((card) => !main.includes(card));
    const fold = rest.length > 0 && el("details", { class: "pc-rest", open: Boolean(open) }, el("summary", {}, t("not_cited", { n: rest.length })), rest);
    const box = el("div", { class: "pc-passages", tabindex: "0", role: "group", "aria-label": t("sources") }, main, fold || "");
    root.replaceChildren(heading(), box);
    box.scrollTop = scroll;
    if (active) light();
  };
  const light = () => {
    for (const one of root.querySelectorAll(".pc-on")) one.classList.remove("pc-on");
    const marks = [...root.querySelectorAll(`[data-quotes~="${Number(active)}"]`)];
    for (const one of marks) { one.classList.add("pc-on"); one.closest(".pc-passage").classList.add("pc-on"); }
    const place = root.querySelector(".pc-place");
    if (place) place.textContent = active ? t("place", { i: active, n: shown.data.quotes.length }) : "";
    return marks[0];
  };
  const reveal = (node) => {
    if (!node) return;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "center", behavior: calm() || narrow() ? "auto" : "smooth" });
  };
  const activate = (n) => { active = n; reveal(light()); };

  on("turn", ({ id, data }) => {
    if (shown?.id !== id) active = 0;
    shown = { id, data };
    draw();
  });
  on("open", ({ id, data, n }) => {
    if (shown?.id !== id) { shown = { id, data }; active = 0; draw(); }
    app()?.classList.add("pc-sheet");
    if (n > 0) activate(n);
    else reveal(root.querySelector(n < 0 ? `[data-place="${-1 - n}"]` : ".pc-passage"));
  });
  on("fates", ({ id }) => {
    if (shown?.id !== id) return;
    const place = document.activeElement?.closest?.(".pc-passage")?.dataset.place;
    const within = root.contains(document.activeElement);
    draw();
    if (within) (light() || root.querySelector(`[data-place="${Number(place) || 0}"]`))?.focus({ preventScroll: true });
  });
  on("fresh", () => { shown = null; active = 0; app()?.classList.remove("pc-sheet"); draw(); });
  on("language", draw);
  draw();
};
