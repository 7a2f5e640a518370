/* The composer: the question, the filters, and one button that asks or stops. */
presscite.parts.composer = ({ root }) => {
  const { el, icon, t, on, emit, state, number } = presscite;
  const SEND = "M12 20V5M5 12l7-7 7 7";
  const SQUARE = "M7 7h10v10H7z";
  let busy = false;

  const filters = presscite.filters();
  const question = el("textarea", { id: "pc-question", rows: 1, autocomplete: "off", enterkeyhint: "send", "aria-describedby": "pc-note",
    oninput: () => { fit(); say(""); drawButton(); },
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
    } });
  const note = el("p", { id: "pc-note", class: "pc-note-line", "aria-live": "polite" });
  const button = el("button", { type: "button", id: "pc-ask", class: "pc-ask", onclick: () => busy ? emit("halt") : submit() });

  const usable = () => state.status.state === "ready" || state.status.state === "opening";
  const fit = () => {
    question.style.height = "auto";
    question.style.height = `${Math.min(question.scrollHeight, 160)}px`;
  };
  const say = (text) => { note.textContent = text; };

  const submit = () => {
    const text = question.value.trim();
    if (busy || !usable()) return;
    if (!text) { say(t("empty")); question.focus(); return; }
    if ([...text].length > state.limit) { say(t("too_long", { n: state.limit })); question.focus(); return; }
    if (filters.wrong()) { say(t("date_order")); filters.open(); return; }
    filters.panel.hidden = true;
    emit("ask", { question: text, filter: filters.value() });
    question.value = "";
    fit();
  };

  const drawButton = () => {
    const label = busy ? t("stop") : t("ask");
    button.replaceChildren(icon(busy ? SQUARE : SEND));
    button.classList.toggle("pc-stop", busy);
    button.setAttribute("aria-label", label);
    button.title = label;
    button.disabled = !busy && !usable();
  };
  const draw = () => {
    question.placeholder = usable() ? t("placeholder") : t("no_index_placeholder");
    question.disabled = !usable();
    question.setAttribute("aria-label", t("question_label"));
    drawButton();
    filters.button.disabled = !state.status.coverage;
    filters.draw();
    const left = state.limit - [...question.value].length;
    if (left < 0) say(`${number(left)}`);
  };

  root.append(filters.panel, filters.chips,
    el("div", { class: "pc-box" }, question, el("div", { class: "pc-box-row" }, filters.button, note, button)));
  on("language", draw);
  on("status", draw);
  on("busy", (now) => { busy = now; drawButton(); });
  on("clear-filters", () => { filters.clear(); draw(); });
  on("filter", (change) => { filters.take(change); question.focus({ preventScroll: true }); });
  on("fresh", () => { question.value = ""; say(""); fit(); question.focus(); });
  on("refill", (text) => { question.value = text; fit(); drawButton(); });
  draw();
  if (!presscite.narrow()) question.focus({ preventScroll: true });
};
