/* A whole article in a dialog, in the version that was cited, its quotes marked as in its passage; what changed since, and the way to the newest version.
   presscite.marked(parts, dotted) → nodes;  presscite.outward(source) → the link to the original, or nothing;
   presscite.article(whole, n, dotted, ask, versions) opens the dialog; ask(wanted) → another version of it; versions(article) → what each one changed. */
presscite.outward = ({ link }) => link && /^https?:\/\//i.test(link.href) && presscite.el("a", { href: link.href, target: "_blank", rel: "noopener noreferrer nofollow",
  title: presscite.t("new_tab", { host: link.host }) }, presscite.t("open_original"), " ↗");
presscite.marked = (parts, dotted) => {
  const { el } = presscite;
  const nodes = [];
  let run = null;
  /* Between quotes, the gap between two paragraphs is drawn as a small space instead of an empty line. */
  const plain = (text) => text.split(/\n\s*\n/).flatMap((piece, i) => i ? [el("span", { class: "pc-para" }), piece] : [piece]);
  for (const part of parts) {
    const key = part.quotes.join(" ");
    if (!key) { run = null; nodes.push(...plain(part.text)); continue; }
    if (!run || run.dataset.quotes !== key) {
      run = el(dotted ? "span" : "mark", { class: dotted ? "pc-near-words" : "pc-mark", "data-quotes": key, tabindex: "-1" });
      nodes.push(run);
    }
    run.append(part.answer ? el("strong", { class: "pc-words" }, part.text) : part.text);
  }
  return nodes;
};

presscite.article = (whole, n, dotted, ask, versions) => {
  const { el, t, about, correction, doubts, fates, calm, moment } = presscite;
  const dialog = el("dialog", { class: "pc-dialog", "aria-labelledby": "pc-dialog-title", onclose: () => dialog.remove(),
    onclick: (event) => { if (event.target === dialog) dialog.close(); } });

  const SIGNS = { removed: "−", added: "+" };
  const step = ({ kind, text }) => el("li", { class: `pc-step pc-${kind}` }, el("span", { class: "pc-sign", "aria-hidden": "true" }, SIGNS[kind]),
    el("span", { class: "pc-unseen" }, `${t(kind === "added" ? "step_added" : "step_removed")}: `), el(kind === "added" ? "ins" : "del", { dir: "auto", lang: whole.source.lang || null }, text));
  const changes = ({ steps, more }) => steps.length > 0 && el("details", { open: steps.length <= 8 }, el("summary", {}, t("what_changed")),
    el("ul", { class: "pc-steps" }, steps.map(step), more > 0 && el("li", {}, t("steps_more", { n: more }))));
  const link = (label, act) => el("button", { type: "button", class: "pc-link", onclick: act }, label);

  /* The newest version, opened from here, and the way back. */
  const newest = async () => {
    const { article, marks } = whole.since;
    const found = await ask({ article, marks });
    if (found) draw(found, link(t("cited_version"), () => draw(whole)));
  };
  /* Every version that was read, newest first, and what each changed of the one before. */
  const history = (shown) => {
    const body = el("div", { "aria-live": "polite" });
    const version = (one) => el("li", {}, el("p", {}, el("strong", {}, t("version_n", { n: one.version })), ` · ${t("seen_at", { moment: moment(one.seen) })} `,
      one.article === shown.source.article ? `(${t("version_here")})` : link(t("version_open"), async () => { const found = await ask({ article: one.article, marks: [] }); if (found) draw(found, link(t("cited_version"), () => draw(whole))); })),
      correction(one.correction), one.steps.length > 0 && el("ul", { class: "pc-steps" }, one.steps.map(step), one.more > 0 && el("li", {}, t("steps_more", { n: one.more }))));
    const open = async (event) => {
      if (!event.target.open || body.childElementCount) return;
      const found = await versions(shown.source.article);
      body.replaceChildren(found?.length ? el("ol", { class: "pc-versions" }, found.map(version)) : el("p", { role: "alert" }, t("article_gone")));
    };
    return shown.versions > 1 && el("details", { class: "pc-history", ontoggle: open }, el("summary", {}, t("versions_n", { n: shown.versions })), body);
  };
  const notice = (shown, back) => {
    const gone = fates.hidden(shown);
    if (back && shown.since) return el("div", { class: "pc-since" }, t("earlier_here"), " ", back);
    if (gone) return el("div", { class: "pc-since pc-lost", tabindex: "-1" }, t(gone), shown.since && [" ", link(t("newest_version"), newest)]);
    if (back) return el("div", { class: "pc-since" }, t("newest_here"), " ", back);
    if (shown.silent) return el("div", { class: "pc-since" }, t("silent_deleted"));
    return shown.since && el("div", { class: shown.since.gone.length ? "pc-since pc-lost" : "pc-since" },
      el("p", {}, t("changed_since"), " ", !dotted && fates.stand(shown.since.marks.length, shown.since.gone), " ", link(t("newest_version"), newest)), changes(shown.since));
  };

  const draw = (shown, back) => {
    const { source, parts } = shown;
    const text = el("div", { class: "pc-whole", lang: source.lang || null, dir: "auto", tabindex: "0" }, presscite.marked(parts, dotted));
    const terms = shown.rights !== source.rights && shown.rights;
    dialog.replaceChildren(
      el("header", {}, el("div", {}, el("h2", { id: "pc-dialog-title", dir: "auto", lang: source.lang || null }, source.title || t("no_title")), el("p", {}, about(source)), el("p", { class: "pc-actions" }, parts.length > 0 && presscite.outward(source))),
        el("button", { type: "button", class: "pc-button", onclick: () => dialog.close() }, t("close"))),
      el("div", { class: "pc-beside", tabindex: "-1" }, correction(shown.since?.correction || source.correction), doubts(source), notice(shown, back), history(shown), terms && el("p", { class: "pc-terms" }, terms)),
      parts.length > 0 ? text : "");
    if (!dialog.isConnected) {
      (document.getElementById("pc-app") || document.body).append(dialog);
      dialog.showModal();
    }
    const mark = text.querySelector(n > 0 ? `[data-quotes~="${Number(n)}"]` : "[data-quotes]");
    if (!mark) { (parts.length ? text : dialog.querySelector(".pc-beside")).focus(); return; }
    for (const one of text.querySelectorAll(`[data-quotes~="${Number(n)}"]`)) one.classList.add("pc-on");
    mark.focus({ preventScroll: true });
    mark.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
  };
  draw(whole);
};
