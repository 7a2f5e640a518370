/* The bar at the top: the name, what the archive holds, a new conversation, the language of the page. */
presscite.parts.bar = ({ root }) => {
  const { el, t, on, emit, state, speak, coverage } = presscite;
  let asked = false;

  const held = () => {
    const { status } = state;
    if (status.coverage) return coverage(status.coverage);
    return status.state === "opening" ? t("preparing") : "";
  };
  const line = el("p", { class: "pc-held" });
  const told = el("div", { role: "status", class: "pc-told" });
  /* What changes while the page is open is put in place: what has the focus keeps it. */
  const drawHeld = () => {
    line.title = t("coverage_label");
    if (line.textContent !== held()) line.textContent = held();
    const notice = state.status.notice || "";
    if (told.dataset.notice === notice + state.lang) return;
    told.dataset.notice = notice + state.lang;
    told.replaceChildren(notice && el("details", {}, el("summary", {}, t("newer_broken")), el("code", {}, notice)));
  };
  const choose = (lang, label, name) =>
    el("button", { type: "button", class: "pc-lang", lang: name, "aria-pressed": String(state.lang === lang), onclick: () => speak(lang, true) }, label);

  const draw = () => {
    root.replaceChildren(
      el("a", { class: "pc-skip", href: "#pc-question", onclick: skip }, t("skip_to_question")),
      el("h1", {}, "Presscite"),
      line,
      el("div", { class: "pc-bar-end" },
        asked && el("button", { type: "button", class: "pc-button", id: "pc-new", onclick: () => emit("fresh") }, t("new_conversation")),
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
  on("ask", () => { asked = true; draw(); });
  on("fresh", () => { asked = false; draw(); });
  draw();
};
