/* The card over a chip: title, outlet, date, a note where there is one, a correction, and the quoted words. Shown on hover and focus, gone on Escape.
   presscite.card(chip, quote): quote() gives the data when the card is shown. */
presscite.card = (() => {
  const { el, t, on, ago, sourceLine, correction, fates } = presscite;
  const WAIT_MS = 140;
  const box = el("div", { role: "tooltip", id: "pc-card", class: "pc-card", hidden: true });
  let timer = 0;
  let owner = null;
  let quiet = 0;

  const place = (chip) => {
    const at = chip.getBoundingClientRect();
    const width = Math.min(380, innerWidth - 24);
    box.style.width = `${width}px`;
    box.style.left = `${Math.max(12, Math.min(at.left - 24, innerWidth - width - 12))}px`;
    const below = at.bottom + 8 + box.offsetHeight < innerHeight;
    box.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - 8 - box.offsetHeight)}px`;
  };
  const show = (chip, quote) => {
    const { source, words, note, address } = quote();
    const gone = fates.hidden(fates.of(address));
    owner = chip;
    box.replaceChildren(
      el("p", { class: "pc-card-title", dir: "auto", lang: source.lang || null }, source.title || t("no_title")),
      el("p", { class: "pc-card-from" }, sourceLine(source), source.date && ` · ${ago(source.date)}`),
      note ? el("p", { class: "pc-card-note" }, note) : "",
      correction(fates.correction(source, address)) || "",
      gone ? el("p", { class: "pc-card-note" }, t(gone)) : el("blockquote", { dir: "auto", lang: source.lang || null }, words));
    if (!box.isConnected) (document.getElementById("pc-app") || document.body).append(box);
    box.hidden = false;
    chip.setAttribute("aria-describedby", "pc-card");
    place(chip);
  };
  const hide = () => {
    clearTimeout(timer);
    box.hidden = true;
    owner?.removeAttribute("aria-describedby");
    owner = null;
  };
  const later = (done, wait) => { clearTimeout(timer); timer = setTimeout(done, wait); };

  box.addEventListener("mouseenter", () => clearTimeout(timer));
  box.addEventListener("mouseleave", () => later(hide, WAIT_MS));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !box.hidden) hide(); }, true);
  document.addEventListener("scroll", (event) => { if (!box.hidden && !box.contains(event.target)) hide(); }, true);
  on("quiet", () => { quiet = Date.now(); });
  on("open", hide);

  return (chip, quote) => {
    chip.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") later(() => show(chip, quote), WAIT_MS); });
    chip.addEventListener("pointerleave", () => later(hide, WAIT_MS));
    chip.addEventListener("focus", () => { if (chip.matches(":focus-visible") && Date.now() - quiet > 400) show(chip, quote); });
    chip.addEventListener("blur", hide);
  };
})();
