/* The bar at the top: the name, what the archive holds, the conversations, the language of the page; and what the reader must know of the program. */
presscite.parts.bar = ({ root }) => {
  const { el, icon, t, on, emit, state, speak, coverage, moment } = presscite;
  const PLUS = "M12 5v14M5 12h14";
  const TALKS = "M5 6h14M5 12h14M5 18h9";
  let asked = false;
  let lost = false;
  let stale = false;
  let renewed = "";

  const held = () => {
    const { status } = state;
    if (status.coverage) return coverage(status.coverage);
    return status.state === "opening" ? t("preparing") : "";
  };
  const line = el("button", { type: "button", class: "pc-held", onclick: () => emit("archive") });
  const told = el("div", { role: "status", class: "pc-told" });
  /* What changes while the page is open is put in place: what has the focus keeps it. */
  const drawHeld = () => {
    const text = held();
    line.hidden = !text;
    line.disabled = !state.status.coverage;
    line.title = t("coverage_label");
    line.setAttribute("aria-label", `${t("coverage_label")}: ${text}`);
    if (line.textContent !== text) line.textContent = text;
    const notice = state.status.notice || "";
    const key = JSON.stringify([lost, stale, notice, renewed, state.lang]);
    if (told.dataset.told === key) return;
    told.dataset.told = key;
    told.replaceChildren(...[
      stale && el("p", {}, t("stale"), " ", el("button", { type: "button", class: "pc-link", onclick: () => location.reload() }, t("reload"))),
      lost && !stale && el("p", { class: "pc-lost-line" }, t("connection_lost")),
      notice && el("details", {}, el("summary", {}, t("newer_broken")), el("code", {}, notice)),
      renewed && el("p", {}, t("renewed", { moment: moment(renewed), held: coverage(state.status.coverage) }), " ",
        el("button", { type: "button", class: "pc-link", onclick: () => { renewed = ""; drawHeld(); } }, t("close"))),
    ].filter(Boolean));
  };
  const choose = (lang, label, name) =>
    el("button", { type: "button", class: "pc-lang", lang: name, "aria-pressed": String(state.lang === lang), onclick: () => speak(lang, true) }, label);
  const leave = async () => {
    try { await fetch("logout", { method: "POST" }); } finally { location.assign("login"); }
  };

  const draw = () => {
    root.replaceChildren(
      el("a", { class: "pc-skip", href: "#pc-question", onclick: skip }, t("skip_to_question")),
      el("h1", {}, "Presscite"),
      line,
      el("div", { class: "pc-bar-end" },
        el("button", { type: "button", class: "pc-button", id: "pc-talks-button", title: t("talks"), "aria-label": t("talks"), onclick: () => emit("talks") }, icon(TALKS), el("span", { class: "pc-word" }, t("talks"))),
        asked && el("button", { type: "button", class: "pc-button", id: "pc-new", title: t("new_conversation"), "aria-label": t("new_conversation"), onclick: () => emit("begin") }, icon(PLUS), el("span", { class: "pc-word" }, t("new_conversation"))),
        state.user && el("button", { type: "button", class: "pc-button", id: "pc-leave", title: state.user, onclick: leave }, t("sign_out")),
        el("div", { role: "group", "aria-label": t("language_of_page"), class: "pc-langs" },
          choose("pt", "PT", "pt-BR"), choose("en", "EN", "en"))),
      told);
    drawHeld();
  };
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("pc-question")?.focus();
  };

  on("language", draw);
  on("status", drawHeld);
  on("lost", (now) => { lost = now; drawHeld(); });
  on("stale", () => { stale = true; drawHeld(); });
  on("renewed", (made) => { renewed = made; drawHeld(); });
  on("begun", (now) => { if (asked !== now) { asked = now; draw(); } });
  draw();
  fetch("session").then((came) => came.ok ? came.json() : {}).then((found) => { if (found.user) { state.user = found.user; draw(); } }).catch(() => {});
};
