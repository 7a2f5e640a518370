/* The bar at the top: the name, what the archive holds, a new conversation, the language of the page. */
presscite.parts.bar = ({ root }) => {
  const { el, t, on, emit, state, speak, coverage } = presscite;
  let asked = false;

  const held = () => {
    const { status } = state;
    if (status.coverage) return coverage(status.coverage);
    return status.state === "opening" ? t("preparing") : "";
  };
  const choose = (lang, label, name) =>
    el("button", { type: "button", class: "pc-lang", lang: name, "aria-pressed": String(state.lang === lang), onclick: () => speak(lang, true) }, label);

  const draw = () => {
    root.replaceChildren(
      el("a", { class: "pc-skip", href: "#pc-question", onclick: skip }, t("skip_to_question")),
      el("h1", {}, "Presscite"),
      el("p", { class: "pc-held", title: t("coverage_label") }, held()),
      el("div", { class: "pc-bar-end" },
        asked && el("button", { type: "button", class: "pc-button", id: "pc-new", onclick: () => emit("fresh") }, t("new_conversation")),
        el("div", { role: "group", "aria-label": t("language_of_page"), class: "pc-langs" },
          choose("pt", "PT", "pt-BR"), choose("en", "EN", "en"))));
  };
  const skip = (event) => {
    event.preventDefault();
    document.getElementById("pc-question")?.focus();
  };

  on("language", draw);
  on("status", draw);
  on("ask", () => { asked = true; draw(); });
  on("fresh", () => { asked = false; draw(); });
  draw();
};
