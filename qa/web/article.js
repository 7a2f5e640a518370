/* A whole article in a dialog, its quotes marked as in its passage.
   presscite.marked(parts, on) → nodes;  presscite.article(whole, n) opens the dialog. */
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

presscite.article = (whole, n, dotted) => {
  const { el, t, sourceLine, calm } = presscite;
  const { source, parts } = whole;
  const shut = () => dialog.close();
  const text = el("div", { class: "pc-whole", lang: source.lang || null, dir: "auto", tabindex: "0" }, presscite.marked(parts, dotted));
  const dialog = el("dialog", { class: "pc-dialog", "aria-labelledby": "pc-dialog-title", onclose: () => dialog.remove(),
    onclick: (event) => { if (event.target === dialog) shut(); } },
    el("header", {}, el("div", {}, el("h2", { id: "pc-dialog-title", dir: "auto", lang: source.lang || null }, source.title || t("no_title")),
      el("p", {}, [sourceLine(source, "long"), source.authors.join(", ")].filter(Boolean).join(" · "))),
      el("button", { type: "button", class: "pc-button", onclick: shut }, t("close"))),
    text);
  (document.getElementById("pc-app") || document.body).append(dialog);
  dialog.showModal();
  const mark = text.querySelector(n > 0 ? `[data-quotes~="${Number(n)}"]` : "[data-quotes]");
  if (!mark) { text.focus(); return; }
  for (const one of text.querySelectorAll(`[data-quotes~="${Number(n)}"]`)) one.classList.add("pc-on");
  mark.focus({ preventScroll: true });
  mark.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
};
