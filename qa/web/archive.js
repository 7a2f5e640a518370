/* What the archive holds, in a dialog: articles over time, by outlet, language and section; when it was indexed. A click on any of them filters by it.
   presscite.archive(server) opens it; presscite.dialog(title, id, ...children) → a dialog that is shown, and gone when it is closed. */
presscite.dialog = (title, id, ...children) => {
  const { el, t } = presscite;
  const dialog = el("dialog", { class: "pc-dialog pc-panel", id, "aria-labelledby": `${id}-title`, onclose: () => dialog.remove(),
    onclick: (event) => { if (event.target === dialog) dialog.close(); } },
    el("header", {}, el("h2", { id: `${id}-title` }, title), el("button", { type: "button", class: "pc-button", onclick: () => dialog.close() }, t("close"))),
    el("div", { class: "pc-panel-body", tabindex: "-1" }, ...children));
  (document.getElementById("pc-app") || document.body).append(dialog);
  dialog.showModal();
  return dialog;
};

presscite.archive = async (server) => {
  const { el, t, state, emit, moment } = presscite;
  const body = el("div", { "aria-live": "polite" }, el("p", { class: "pc-phase" }, t("counting")));
  const dialog = presscite.dialog(t("coverage_label"), "pc-archive", body);
  const { made, model, generation } = state.status;
  let found = null;
  try { found = await server.overview({}); } catch { /* told below */ }
  const pick = (change) => { dialog.close(); emit("filter", change); };
  const act = { days: (since, until) => pick({ since, until }), outlet: (name) => pick({ outlets: [name] }), language: (code) => pick({ languages: [code] }), section: (name) => pick({ sections: [name] }) };
  body.replaceChildren(...(!found || found.error ? [el("p", { role: "alert" }, t(found?.error || "error_connection"))] : [...presscite.bars(found, act), el("p", { class: "pc-hint" }, t("bars_hint"))]),
    el("dl", { class: "pc-about-index" }, made && [el("dt", {}, t("indexed_at")), el("dd", {}, moment(made))], model && [el("dt", {}, t("model")), el("dd", {}, model)],
      generation && [el("dt", {}, t("generation")), el("dd", {}, el("code", {}, generation))]));
};
