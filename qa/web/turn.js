/* One turn: a question and what is answered to it. Sentences are only ever added, so that focus and reading place stay.
   presscite.turn(act) → { node, title, since, update(data), dress(), aged(), offer(), same(), data() };  act: server, open(n, chip), sources(button),
   nearest(i, button), retry(), free(), dateless(), edited(question), reworded(question), narrow(filter), next(question), kept() */
presscite.turn = (act) => {
  const { el, icon, t, state, coverage, sourceLine, day, days, languageName, number, fates } = presscite;
  const PENCIL = "M4 20h4L19 9l-4-4L4 16z";
  const answer = el("div", { class: "pc-answer" });
  const note = el("div", { class: "pc-note" });
  const foot = el("div", { class: "pc-foot" });
  const title = el("h2", { dir: "auto", tabindex: "-1" });
  const pencil = el("button", { type: "button", class: "pc-edit", onclick: () => edit(top, data.question, act.edited) }, icon(PENCIL));
  const top = el("div", { class: "pc-turn-top" }, title, pencil);
  const meta = el("div", { class: "pc-turn-meta" });
  const facts = el("p", { class: "pc-facts" });
  const refs = el("ol", { class: "pc-refs" }); /* on paper only, where nothing can be clicked */
  const dressed = [];
  let data = {};
  const same = () => ({ id: data.id, question: data.question, past: data.asked?.past || [], filter: data.asked?.filter || {}, dates: data.asked?.dates !== false,
    as_of: data.dates?.as_of || "", generation: data.generation || "", addresses: data.claims.map((claim) => data.quotes[claim.quotes[0] - 1].address) });
  const extras = presscite.extras({ server: act.server, asText: () => asText(), same, ask: (question) => act.next(question), again: (filter) => act.narrow(filter),
    keep: (fresh, redraw = true) => { data = { ...data, ...fresh }; act.kept(); if (redraw) extras.draw(data); },
    sources: () => data.passages.length > 0 && el("button", { type: "button", class: "pc-link pc-see", onclick: (event) => act.sources(event.currentTarget) },
      t("see_sources", { n: data.quotes.length || data.passages.length })) });
  foot.append(facts, refs, extras.node);
  const node = el("article", { class: "pc-turn" }, top, meta, answer, note, foot);

  /* The question in a field of its own, in the place of what it stood in; asked again as it is then. */
  const edit = (place, text, ask) => {
    if (node.querySelector(".pc-editor")) return;
    const field = el("textarea", { rows: 2, "aria-label": t("edit_label"), maxlength: state.limit, onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); done(true); }
      if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); done(false); }
    } });
    const was = document.activeElement;
    const done = (wanted) => {
      const question = field.value.trim();
      if (wanted && (!question || state.busy)) { field.focus(); return; }
      editor.replaceWith(place);
      if (wanted) ask(question);
      else was?.focus();
    };
    const editor = el("div", { class: "pc-editor" }, field, el("div", { class: "pc-actions" },
      el("button", { type: "button", class: "pc-button pc-primary", onclick: () => done(true) }, t("ask_again")),
      el("button", { type: "button", class: "pc-link", onclick: () => done(false) }, t("cancel"))));
    field.value = text;
    place.replaceWith(editor);
    field.focus();
  };

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
    const where = el("span", { "aria-hidden": "true" }, [first.outlet || t("no_outlet"), data.form !== "timeline" && day(first.date)].filter(Boolean).join(", "));
    const also = claim.also.length > 0 && el("span", { class: "pc-also" }, t("also_in"), claim.also.map((n) => chip(n)));
    const head = el("span", { class: "pc-said", lang: claim.lang || null, dir: "auto" }, stretch(claim.head));
    const tail = el("span", { class: "pc-said", lang: claim.lang || null }, stretch(claim.tail));
    const marks = el("span", { class: "pc-flags" });
    const when = data.form === "timeline" && el("time", { class: "pc-when", datetime: first.date || null }, first.date ? day(first.date) : t("no_date"));
    const made = el("p", { class: "pc-claim", "data-quotes": claim.quotes.join(" ") }, when, when && " ", head,
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
      ...(where.since && where.until ? [days(where.since, where.until)] : [where.since && t("since", { date: day(where.since) }), where.until && t("until", { date: day(where.until) })]),
      ...(where.outlets || []), ...(where.languages || []).map(languageName), ...(where.sections || [])].filter(Boolean);
    const used = dates();
    const searched = data.searched && el("p", { class: "pc-searched", dir: "auto" }, t("searched_as", { text: data.searched }));
    if (searched && data.status !== "answering") {
      searched.append(" ", el("button", { type: "button", class: "pc-edit", title: t("edit_searched"), "aria-label": t("edit_searched"), onclick: () => edit(searched, data.searched, act.reworded) }, icon(PENCIL)));
    }
    meta.replaceChildren(...[
      searched,
      labels.length > 0 && el("ul", { class: "pc-applied", "aria-label": t("filtered_by") }, labels.map((label) => el("li", {}, el("bdi", {}, label)))),
      used && el("p", { class: "pc-used" }, used),
      data.form === "timeline" && data.claims.length > 0 && el("p", { class: "pc-used" }, t("timeline_note")),
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
      answering: () => [phase(data.claims?.length ? t("checking") : data.phase === "waiting" && data.ahead >= 0 ? t(data.ahead ? "ahead" : "ahead_none", { n: data.ahead }) : t(data.phase || "searching"))],
      refused: () => [refusal(), nearest()],
      error: () => [failure()],
      stopped: () => [el("p", { class: "pc-stopped" }, t("stopped"), " ", data.claims?.length ? t("stopped_kept") : "", " ",
        el("button", { type: "button", class: "pc-link", onclick: () => act.retry() }, t("retry")))],
    }[data.status];
    note.replaceChildren(...(made ? made().filter(Boolean) : []));
  };

  const reference = ({ n, source, address }) => `[${n}] ${[source.title || t("no_title"), source.outlet, source.date, source.link?.href, address].filter(Boolean).join(" · ")}`;
  const asText = () => {
    const numbers = (all) => all.map((n) => `[${n}]`).join("");
    const said = data.claims.map((claim) => {
      const words = gone(claim) ? t(gone(claim)) : [...claim.head, ...claim.tail].map((part) => part.text).join("");
      const after = [claim.also.length && `${t("also_in")} ${numbers(claim.also)}`, corrected(claim).length && `${t("correction")}: ${numbers(corrected(claim).map(({ n }) => n))}`];
      return `${words} ${numbers(claim.quotes)}` + after.filter(Boolean).map((one) => ` (${one})`).join("");
    });
    const from = data.quotes.flatMap((quote) => {
      const { source, address } = quote;
      const note = fates.correction(source, address);
      return [reference(quote), ...(note ? [`    ${t("correction")}: ${note}`] : []), ...(fates.of(address).stands === false ? [`    ${t("reworded_note")}`] : [])];
    });
    return [data.question, "", ...(data.doubt ? [data.doubt, ""] : []), ...said, "", ...from].join("\n");
  };
  const told = () => {
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
  /* Said of an answer that another index gave than the one that serves now. */
  const aged = () => {
    foot.querySelector(".pc-aged")?.remove();
    if (!data.generation || !state.status.generation || data.generation === state.status.generation || data.status === "answering") return;
    facts.before(el("p", { class: "pc-aged" }, t("earlier_index"), " ", el("button", { type: "button", class: "pc-link", onclick: () => act.retry() }, t("ask_again"))));
  };
  const drawFoot = () => {
    const ready = data.status === "answered" || data.status === "refused" || (data.status === "stopped" && data.claims?.length);
    facts.replaceChildren(...(ready ? [...told().map((fact) => el("span", {}, fact)),
      el("span", { class: "pc-coverage" }, t("in_archive", { held: coverage(data.coverage) })), data.seconds > 0 && el("span", {}, t("seconds", { n: number(data.seconds, 1) }))].filter(Boolean) : []));
    refs.replaceChildren(...data.quotes.filter(() => data.claims.length).map((quote) => el("li", {}, el("bdi", {}, reference(quote)))));
    extras.draw(data);
    aged();
  };

  const update = (fresh, again) => {
    const was = data.status;
    data = { claims: [], quotes: [], passages: [], ...data, ...fresh };
    node.dataset.status = data.status;
    node.setAttribute("aria-busy", String(data.status === "answering"));
    title.textContent = data.question;
    node.dataset.form = data.form || "";
    pencil.hidden = data.status === "answering";
    pencil.title = t("edit");
    pencil.setAttribute("aria-label", t("edit"));
    if (again || data.status === "error" || data.status === "refused") { answer.replaceChildren(); dressed.length = 0; }
    for (const claim of data.claims.slice(answer.children.length)) answer.append(sentence(claim));
    drawMeta();
    drawNote();
    if (again || was !== data.status) drawFoot();
    return data;
  };
  const offer = () => { if (data.status === "answered" || data.status === "refused") extras.offer(data); };
  return { node, title, since: Date.now(), update, dress, aged, offer, same: () => data.claims?.length || data.status === "refused" ? same() : null, data: () => data };
};
