/* The conversation: turns one under the other. It asks, stops, and tells the sources which turn is being read. */
presscite.parts.thread = ({ root, props, trigger, watch, server }) => {
  const { el, t, on, emit, state, copy, calm, fates } = presscite;
  const PATIENCE_MS = 20_000;
  const FATE_MS = 60_000; /* a turn that is opened again later than this is asked about again: an article may have expired */
  const ROUNDS = 3;
  const NOTHING = { status: "error", detail: "", claims: [], quotes: [], passages: [] };
  const turns = new Map();
  let busy = null;
  let heard = 0;
  let rounds = 0;
  let from = null;
  let ticks = 0;
  let offered = "";

  const start = el("div", { class: "pc-start" });
  const list = el("div", { class: "pc-turns" });
  const status = el("p", { role: "status", class: "pc-unseen" });
  root.append(start, list, status);
  root.setAttribute("role", "region");
  const app = () => document.getElementById("pc-app");

  /* ── before the first question ── */
  const setup = (title, more, code) => [el("h2", {}, title), el("p", {}, more), el("pre", { tabindex: "0" }, el("code", {}, code))];
  const offers = () => {
    const all = state.status.examples || [];
    const ours = all.filter((one) => one.lang === state.lang || !one.lang);
    return [...ours, ...all.filter((one) => !ours.includes(one))].slice(0, 4).map((one) => ({
      lang: one.lang || null, text: one.headline ? t("about_headline", { title: one.text }, one.lang) : one.text }));
  };
  const drawStart = () => {
    const { state: now, message } = state.status;
    root.setAttribute("aria-label", t("conversation"));
    start.hidden = turns.size > 0;
    app()?.classList.toggle("pc-empty", turns.size === 0);
    const offer = JSON.stringify([now, message, state.status.examples, state.lang]);
    if (offer === offered || (now === "ready" && start.contains(document.activeElement))) return;
    offered = offer;
    if (now === "missing") start.replaceChildren(...setup(t("missing_title"), t("missing_more"), /`([^`]+)`/.exec(message)?.[1] || "python -m index rebuild"));
    else if (now === "broken") start.replaceChildren(...setup(t("broken_title"), t("broken_more"), message || t("error_internal")));
    else start.replaceChildren(...[
      el("h2", {}, t("promise")), el("p", {}, t("promise_more")),
      offers().length > 0 && el("h3", {}, t("examples")),
      offers().length > 0 && el("ul", { class: "pc-examples" }, offers().map(({ text, lang }) =>
        el("li", {}, el("button", { type: "button", class: "pc-example", lang, dir: "auto", onclick: () => emit("ask", { question: text, filter: {} }) }, text)))),
      now === "opening" && el("p", { class: "pc-phase" }, t("preparing")),
    ].filter(Boolean));
  };

  /* ── asking ── */
  const ask = ({ question, filter, dates = true }) => {
    if (busy || state.status.state === "missing" || state.status.state === "broken") return;
    const id = [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("-");
    const turn = presscite.turn({
      open: (n, chip) => open(id, n, chip), sources: (button) => open(id, 0, button), nearest: (i, button) => open(id, -1 - i, button),
      retry: () => again({ question, filter, dates }), free: () => { emit("clear-filters"); again({ question, filter: {}, dates }); },
      dateless: () => again({ question: turn.data().searched || question, filter, dates: false }) });
    turns.set(id, turn);
    unmark();
    list.append(turn.node);
    drawStart();
    turn.update({ id, question, status: "answering", phase: "waiting" });
    working(id);
    emit("turn", { id, data: turn.data() });
    trigger("ask", { id, question, filter, dates, lang: state.lang });
    turn.node.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
    status.textContent = t("searching");
  };
  /* The same question in other circumstances, as a turn of its own; it stands alone, whatever was asked meanwhile. */
  const again = (asked) => {
    if (busy) return;
    ask(asked);
    turns.get(busy)?.title.focus({ preventScroll: true });
  };
  const working = (id) => {
    busy = id;
    heard = Date.now();
    rounds = 0;
    emit("busy", Boolean(id));
  };

  const take = (fresh) => {
    const turn = fresh && turns.get(fresh.id);
    if (!turn || busy !== fresh.id) return;
    heard = Date.now();
    const data = turn.update(fresh);
    emit("turn", { id: fresh.id, data });
    if (data.status !== "answering") {
      working(null);
      announce(data);
      if (data.generation && data.generation !== state.status.generation) look().then(() => renew(fresh.id)); /* the index was renewed meanwhile */
    }
  };
  const announce = (data) => {
    const claims = t("claims_n", { n: data.claims.length });
    const citations = t("citations_n", { n: data.quotes.length });
    status.textContent = { answered: t("answer_ready", { claims, citations }), refused: `${t("refused")}. ${data.reason || ""}`,
      stopped: t("stopped"), error: `${t("failed")}. ${t(data.error || "", { n: state.limit })}` }[data.status] || "";
  };
  const settle = (fresh) => {
    if (!busy) return;
    const turn = turns.get(busy);
    const data = turn.update(fresh);
    working(null);
    emit("turn", { id: data.id, data });
    announce(data);
  };
  /* The server ends the turn before its next sentence; what it still sends is passed over by `take`. */
  const stop = () => { if (busy) server.stop({ id: busy }).catch(() => {}); };
  const forget = () => {
    stop();
    trigger("fresh", {});
    turns.clear();
    list.replaceChildren();
    working(null);
    status.textContent = "";
    drawStart();
  };

  /* ── to a source and back ── */
  const unmark = () => {
    for (const one of root.querySelectorAll(".pc-on")) one.classList.remove("pc-on");
    for (const one of root.querySelectorAll("[aria-current]")) one.removeAttribute("aria-current");
  };
  const open = (id, n, button) => {
    from = button;
    unmark();
    if (n > 0) mark(id, n);
    emit("open", { id, data: turns.get(id).data(), n });
    renew(id, FATE_MS);
  };
  const mark = (id, n) => {
    for (const chip of turns.get(id).node.querySelectorAll(`.pc-chip[data-quote="${Number(n)}"]`)) {
      chip.setAttribute("aria-current", "true");
      chip.closest(".pc-claim").classList.add("pc-on");
    }
  };
  const back = () => {
    if (!from?.isConnected) return;
    emit("quiet");
    from.focus({ preventScroll: true });
    from.scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
  };
  const moved = ({ id, n }) => {
    unmark();
    mark(id, n);
    from = turns.get(id)?.node.querySelector(`.pc-chip[data-quote="${Number(n)}"]`) || from;
  };

  /* ── the state of the archive ── */
  /* What became of a turn's articles since it was answered. */
  const asked = new Map();
  const renew = async (id, age = 0) => {
    const turn = turns.get(id);
    if (!turn || turn.data().status === "answering" || (age && Date.now() - (asked.get(id) || turn.since) < age)) return;
    asked.set(id, Date.now());
    if (await fates.ask(server, turn.data())) { turn.dress(); emit("fates", { id }); }
  };
  const look = async () => {
    try {
      const now = await server.status({});
      const was = state.status;
      state.status = now;
      if (JSON.stringify(now) !== JSON.stringify(was)) { emit("status"); drawStart(); }
      if (was.generation && now.generation !== was.generation) for (const id of turns.keys()) await renew(id);
      return true;
    } catch { return false; }
  };
  const watchOver = async () => {
    if (busy && Date.now() - heard > PATIENCE_MS) {
      heard = Date.now();
      rounds += 1;
      const alive = await look();
      const waiting = turns.get(busy)?.data().phase === "waiting";
      if (!alive || (waiting && rounds > ROUNDS)) {
        stop();
        settle({ ...NOTHING, error: alive ? "error_busy" : "error_connection" });
      }
    }
    ticks += 1;
    if (!document.hidden && (state.status.state !== "ready" || ticks % 2 === 0)) await look();
  };

  on("ask", ask);
  on("halt", () => { stop(); settle({ status: "stopped" }); });
  on("refused", () => { if (turns.get(busy)?.data().phase === "waiting") settle({ ...NOTHING, error: "error_busy" }); });
  on("fresh", forget);
  on("back", back);
  on("moved", moved);
  on("language", () => { drawStart(); for (const turn of turns.values()) turn.update({}, true); });
  watch("value", () => take(copy(props.value || {}).turn));
  window.addEventListener("focus", look);
  setInterval(watchOver, 2500);
  drawStart();
  look();
};
