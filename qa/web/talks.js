/* The conversations, in a dialog: go back to one, delete it, or all; and whether this browser keeps them.
   presscite.talks(list, act);  list: [{ id, title, began, n, here }], newest first;  act: open(id), drop(id), clear(), keep(yes) → whether that was possible,
   fresh(), turns() → how to find the answers of the conversation that is open, server */
presscite.talks = (list, act) => {
  const { el, t, moment, shelf } = presscite;
  const note = el("p", { class: "pc-hint", role: "status" });
  const items = el("ul", { class: "pc-talks" });
  let held = list;
  let dialog = null;

  const sure = (button, words, done) => {
    if (button.dataset.sure) { done(); return; }
    button.dataset.sure = "yes";
    button.textContent = words;
    button.addEventListener("blur", () => { delete button.dataset.sure; draw(); }, { once: true });
  };
  const item = ({ id, title, began, n, here }) => el("li", {},
    el("button", { type: "button", class: "pc-talk", "aria-current": here && "true", onclick: () => { dialog.close(); act.open(id); } },
      el("span", { class: "pc-talk-title", dir: "auto" }, title), el("span", {}, `${moment(began)} · ${t("questions_n", { n })}`)),
    el("button", { type: "button", class: "pc-link", "aria-label": t("delete_talk", { title }), onclick: (event) => sure(event.currentTarget, t("delete_sure"), () => {
      act.drop(id);
      held = held.filter((one) => one.id !== id);
      draw();
      (items.querySelector("button") || dialog.querySelector("input")).focus();
    }) }, t("delete")));
  const draw = () => {
    items.replaceChildren(...held.map(item));
    empty.hidden = held.length > 0;
    all.hidden = held.length === 0;
    all.textContent = t("delete_all");
  };
  const empty = el("p", { class: "pc-hint" }, t("no_talks"));
  const all = el("button", { type: "button", class: "pc-link", onclick: (event) => sure(event.currentTarget, t("delete_all_sure"), () => { act.clear(); dialog.close(); }) }, t("delete_all"));
  const box = el("input", { type: "checkbox", "aria-describedby": "pc-keep-more", onchange: () => {
    const done = act.keep(box.checked);
    if (!done) box.checked = shelf.keeping();
    note.textContent = t(!done ? "keep_failed" : box.checked ? "kept_now" : "kept_no_more");
  } });
  box.checked = shelf.keeping();
  dialog = presscite.dialog(t("talks"), "pc-talks",
    el("p", { class: "pc-actions" }, el("button", { type: "button", class: "pc-button", onclick: () => { dialog.close(); act.fresh(); } }, t("new_conversation")),
      act.turns().length > 0 && presscite.menu(t("export_talk"), presscite.forms(act.server, act.turns, (key) => { note.textContent = t(key); }))),
    items, empty,
    el("label", { class: "pc-check" }, box, el("span", {}, t("keep"))), el("p", { class: "pc-hint", id: "pc-keep-more" }, t("keep_more")), note,
    el("p", { class: "pc-talks-end" }, all));
  draw();
};
