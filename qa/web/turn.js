/* One turn: a question and what is answered to it. Sentences are only ever added, so that focus and reading place stay.
   presscite.turn(act) → { node, title, since, update(data), dress(), data() };  act: open(n, chip), sources(button), nearest(i, button), retry(), free(), dateless() */
presscite.turn = (act) => {
  const { el, t, coverage, sourceLine, day, days, languageName, number, fates } = presscite;
  const answer = el("div", { class: "pc-answer" });
  const note = el("div", { class: "pc-note" });
  const foot = el("div", { class: "pc-foot" });
  const title = el("h2", { dir: "auto", tabindex: "-1" });
  const meta = el("div", { class: "pc-turn-meta" });
  const node = el("article", { class: "pc-turn" }, title, meta, answer, note, foot);
  const dressed = [];
  let data = {};

  /* Stretches of text; those among the words that answer are emphasised. */
  const stretch = (parts) => parts.map((part) => part.answer ? el("strong", { class: "pc-words" }, part.text) : part.text);

  const chip = (n, before) => {
    const quote = data.quotes[n - 1];
    const source = `${quote.source.title || t("no_title")}, ${sourceLine(quote.source)}`;
    const made = el("button", { type: "button", class: "pc-chip", "data-quote": n,
      "aria-label": before ? t("citation_before", { n, source }) : t("citation", { n, source }), onclick: () => act.open(n, made) }, String(n));
    presscite.card(made, () => ({ ...data.quotes[n - 1], note: before && t("before") }));
    return made;
  };
  /* What became of a sentence's articles since: the reason why its words are not shown any more, or marks that lead to its sources. */
  const gone = (claim) => claim.quotes.map((n) => fates.hidden(fates.of(data.quotes[n - 1].address))).find(Boolean) || "";
  const corrected = (claim) => {
    const noted = [...claim.quotes, ...claim.also].map((n) => data.quotes[n - 1]).filter((quote) => fates.correction(quote.source, quote.address));
    return noted.filter((quote, i) => noted.findIndex((other) => other.source.article === quote.source.article) === i);
  };
  const flag = (n, text, label, note) => {
    const made = el("button", { type: "button", class: "pc-flag", "aria-label": label, onclick: () => act.open(n, made) }, text);
    presscite.card(made, () => ({ ...data.quotes[n - 1], note }));
    return el("span", { class: "pc-flagged" }, made);
  };
  const flags = (claim) => [
    ...corrected(claim).map(({ n }) => flag(n, claim.quotes.includes(n) ? t("corrected") : `${t("corrected")} (${n})`, t("corrected_at", { n }))),
    ...claim.quotes.filter((n) => fates.of(data.quotes[n - 1].address).stands === false)
      .map((n) => flag(n, t("reworded"), t("reworded_at", { n }), t("reworded_note"))),
  ];
  const dress = () => { for (const one of dressed) one(); };

  const sentence = (claim) => {
    const first = data.quotes[claim.quotes[0] - 1].source;
    const where = el("span", { "aria-hidden": "true" }, [first.outlet || t("no_outlet"), day(first.date)].filter(Boolean).join(", "));
    const also = claim.also.length > 0 && el("span", { class: "pc-also" }, t("also_in"), claim.also.map((n) => chip(n)));
    const head = el("span", { class: "pc-said", lang: claim.lang || null, dir: "auto" }, stretch(claim.head));
    const tail = el("span", { class: "pc-said", lang: claim.lang || null }, stretch(claim.tail));
    const marks = el("span", { class: "pc-flags" });
    const made = el("p", { class: "pc-claim", "data-quotes": claim.quotes.join(" ") }, head,
      el("span", { class: "pc-tail" }, tail, claim.quotes.map((n, i) => chip(n, claim.verbatim && i > 0))), " ",
      el("span", { class: "pc-from" }, where, marks, also));
    let was = "[]";
    const look = () => {
      const reason = gone(claim);
      if (reason) {
        made.classList.add("pc-gone");
        head.replaceChildren(el("em", { lang: presscite.state.lang === "pt" ? "pt-BR" : "en" }, t(reason)));
        tail.replaceChildren();
      } else if (made.classList.contains("pc-gone")) {
        made.classList.remove("pc-gone");
        head.replaceChildren(...stretch(claim.head));
        tail.replaceChildren(...stretch(claim.tail));
      }
      const now = reason ? [] : flags(claim);
      const is = JSON.stringify(now.map((one) => one.firstChild.getAttribute("aria-label")));
      if (is !== was) marks.replaceChildren(...now); /* what stays as it was keeps the focus */
      was = is;
    };
    dressed.push(look);
    look();
    return made;
  };

  /* How dates were used. Days that moved the preference can be taken away; where they hold today they moved nothing. */
  const dates = () => {
    const used = data.dates;
    if (!used) return null;
    const date = day(used.as_of);
    const named = used.since || used.until ? days(used.since, used.until) : "";
    if (used.prior === "interval") {
      const what = t("dates_asked", { days: named });
      return el("button", { type: "button", class: "pc-chip-filter pc-chip-dates", "aria-label": t("dates_away", { what }), title: t("dates_away", { what }),
        disabled: data.status === "answering", onclick: () => act.dateless() }, what, el("span", { "aria-hidden": "true" }, "×"));
    }
    if (used.prior === "off") return t("dates_off");
    if (used.aside) return t("dates_aside", { date });
    return named ? t("dates_now", { days: named, date }) : t("dates_near", { date });
  };

  const drawMeta = () => {
    const where = data.filter || {};
    const labels = [
      where.since && t("since", { date: day(where.since) }), where.until && t("until", { date: day(where.until) }),
      ...(where.outlets || []), ...(where.languages || []).map(languageName)].filter(Boolean);
    const used = dates();
    meta.replaceChildren(...[
      data.searched && el("p", { class: "pc-searched", dir: "auto" }, t("searched_as", { text: data.searched })),
      labels.length > 0 && el("ul", { class: "pc-applied", "aria-label": t("filtered_by") }, labels.map((label) => el("li", {}, el("bdi", {}, label)))),
      used && el("p", { class: "pc-used" }, used),
      data.doubt && data.claims.length > 0 && el("p", { class: "pc-doubt", lang: data.lang || null }, data.doubt),
    ].filter(Boolean));
  };

  const phase = (text) => el("p", { class: "pc-phase" }, el("span", { class: "pc-dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), text);
  const refusal = () => el("div", { class: "pc-refusal" },
    el("h3", {}, t("refused")), data.reason && el("p", { dir: "auto" }, data.reason),
    data.outside > 0 && el("p", { class: "pc-outside" }, !data.reason && t("outside", { n: data.outside }),
      el("button", { type: "button", class: "pc-button pc-primary", onclick: () => act.free() }, t("without_filters"))));
  /* The best passage of each article. */
  const firsts = () => data.passages.map((passage, i) => [passage, i])
    .filter(([passage, i]) => data.passages.findIndex((other) => other.source.article === passage.source.article) === i);
  const nearest = () => data.passages.length > 0 && el("div", { class: "pc-nearest" }, el("h3", {}, t("nearest")),
    el("ul", {}, firsts().slice(0, 4).map(([passage, i]) => el("li", {}, el("button", { type: "button", class: "pc-near", onclick: (event) => act.nearest(i, event.currentTarget) },
      el("bdi", { class: "pc-near-title", lang: passage.source.lang || null }, passage.source.title || t("no_title")), el("span", {}, sourceLine(passage.source)))))));
  const failure = () => el("div", { class: "pc-failure", role: "alert" }, el("h3", {}, t("failed")), el("p", {}, t(data.error, { n: presscite.state.limit })),
    data.detail && el("code", {}, data.detail), el("button", { type: "button", class: "pc-button", onclick: () => act.retry() }, t("retry")));

  const drawNote = () => {
    const made = {
      answering: () => [phase(data.claims?.length ? t("checking") : t(data.phase || "searching"))],
      refused: () => [refusal(), nearest()],
      error: () => [failure()],
      stopped: () => [el("p", { class: "pc-stopped" }, t("stopped"), " ", data.claims?.length ? t("stopped_kept") : "", " ",
        el("button", { type: "button", class: "pc-link", onclick: () => act.retry() }, t("retry")))],
    }[data.status];
    note.replaceChildren(...(made ? made().filter(Boolean) : []));
  };

  const asText = () => {
    const numbers = (all) => all.map((n) => `[${n}]`).join("");
    const said = data.claims.map((claim) => {
      const words = gone(claim) ? t(gone(claim)) : [...claim.head, ...claim.tail].map((part) => part.text).join("");
      const after = [claim.also.length && `${t("also_in")} ${numbers(claim.also)}`, corrected(claim).length && `${t("correction")}: ${numbers(corrected(claim).map(({ n }) => n))}`];
      return `${words} ${numbers(claim.quotes)}` + after.filter(Boolean).map((one) => ` (${one})`).join("");
    });
    const from = data.quotes.flatMap(({ n, source, address }) => {
      const note = fates.correction(source, address);
      return [`[${n}] ${[source.title || t("no_title"), source.outlet, source.date, source.link?.href, address].filter(Boolean).join(" · ")}`,
        ...(note ? [`    ${t("correction")}: ${note}`] : []), ...(fates.of(address).stands === false ? [`    ${t("reworded_note")}`] : [])];
    });
    return [data.question, "", ...(data.doubt ? [data.doubt, ""] : []), ...said, "", ...from].join("\n");
  };
  const copying = () => {
    const button = el("button", { type: "button", class: "pc-link", onclick: async () => {
      try { await navigator.clipboard.writeText(asText()); button.textContent = t("copied"); } catch { button.textContent = t("copy_failed"); }
      setTimeout(() => { button.textContent = t("copy"); }, 2500);
    } }, t("copy"));
    return button;
  };
  const facts = () => {
    const outlets = [...new Set(data.quotes.map((quote) => quote.source.outlet))];
    const articles = t("articles", { n: data.articles });
    const one = outlets.length === 1 && outlets[0];
    const origins = data.origins > 1 ? t(data.articles > data.origins ? "origins_of" : "origins", { n: data.origins, articles })
      : one ? t("origin_outlet", { outlet: one }) : data.articles > 1 ? t("origin_of", { articles }) : t("origin_one");
    return [
      data.status === "answered" && (data.claims.every((claim) => claim.verbatim) ? t("verbatim_all") : t("verbatim_some")),
      data.status === "answered" && origins,
      data.status === "answered" && data.origins > 1 && one && t("one_outlet", { outlet: one }),
    ].filter(Boolean);
  };
  const drawFoot = () => {
    const ready = data.status === "answered" || data.status === "refused" || (data.status === "stopped" && data.claims?.length);
    foot.replaceChildren(...(ready ? [
      el("p", { class: "pc-facts" }, facts().map((fact) => el("span", {}, fact)),
        el("span", { class: "pc-coverage" }, t("in_archive", { held: coverage(data.coverage) })), data.seconds > 0 && el("span", {}, t("seconds", { n: number(data.seconds) }))),
      el("p", { class: "pc-actions" }, data.passages.length > 0 && el("button", { type: "button", class: "pc-link pc-see", onclick: (event) => act.sources(event.currentTarget) },
        t("see_sources", { n: data.quotes.length || data.passages.length })), data.claims.length > 0 && copying()),
    ] : []));
  };

  const update = (fresh, again) => {
    const was = data.status;
    data = { claims: [], quotes: [], passages: [], ...data, ...fresh };
    node.dataset.status = data.status;
    node.setAttribute("aria-busy", String(data.status === "answering"));
    title.textContent = data.question;
    if (again || data.status === "error" || data.status === "refused") { answer.replaceChildren(); dressed.length = 0; }
    for (const claim of data.claims.slice(answer.children.length)) answer.append(sentence(claim));
    drawMeta();
    drawNote();
    if (again || was !== data.status) drawFoot();
    return data;
  };
  return { node, title, since: Date.now(), update, dress, data: () => data };
};
