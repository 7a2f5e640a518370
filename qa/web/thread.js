/* The conversation: turns one under the other. It asks, stops, and tells the sources which turn is being read. */
presscite.parts.thread = ({ root, props, trigger, watch, server }) => {
  const { el, t, on, emit, state, calm, fates, shelf, unique } = presscite;
  const PATIENCE_MS = 20_000;
  const PLACE_MS = 1_000;
  const FATE_MS = 60_000; /* a turn that is opened again later than this is asked about again: an article may have expired */
  const ROUNDS = 3;
  const LOOKS_LOST = 2; /* looks in a row that came to nothing, from which the connection counts as lost */
  const NOTHING = { status: "error", detail: "", claims: [], quotes: [], passages: [] };
  let talk = { id: unique(), began: new Date().toISOString(), turns: new Map() };
  const talks = new Map(); /* conversations of this visit, by id; others may be on the shelf */
  let busy = null;
  let heard = 0;
  let rounds = 0;
  let from = null;
  let ticks = 0;
  let silent = 0;
  let offered = "";

  const start = el("div", { class: "pc-start" });
  const list = el("div", { class: "pc-turns" });
  const status = el("p", { role: "status", class: "pc-unseen", id: "pc-status" });
  root.append(start, list, status);
  root.setAttribute("role", "region");
  root.parentElement.closest("#pc-thread")?.setAttribute("tabindex", "0"); /* it scrolls, be it by keyboard */
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
    start.hidden = talk.turns.size > 0;
    app()?.classList.toggle("pc-empty", talk.turns.size === 0);
    emit("begun", talk.turns.size > 0);
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
  const past = (turns) => turns.map((turn) => turn.data()).filter((data) => data.status !== "answering")
    .map((data) => data.past || { question: data.searched || data.question, answers: [], headlines: [], told: "" }).slice(-state.past);
  const before = (turn) => { const all = [...talk.turns.values()]; return past(all.slice(0, Math.max(0, all.indexOf(turn)))); };
  /* What of a question a reader may change in asking it again; the rest stays. */
  const again = (turn, change) => {
    if (busy) return;
    const { question, filter, dates, past: earlier } = turn.data().asked;
    ask({ question, filter, dates, past: earlier, ...change });
    talk.turns.get(busy)?.title.focus({ preventScroll: true });
  };
  const made = (id) => {
    const turn = presscite.turn({ server,
      open: (n, chip) => open(id, n, chip), sources: (button) => open(id, 0, button), nearest: (i, button) => open(id, -1 - i, button),
      retry: () => again(turn, {}), free: () => { emit("clear-filters"); again(turn, { filter: {} }); },
      dateless: () => again(turn, { question: turn.data().searched || turn.data().question, past: [], dates: false }),
      edited: (question) => again(turn, { question, past: before(turn), dates: true }), reworded: (question) => again(turn, { question, past: [], dates: true }),
      narrow: (filter) => { const wanted = { ...turn.data().asked.filter, ...filter }; emit("filter", wanted); again(turn, { filter: wanted }); },
      next: (question) => { if (!busy) ask({ question, filter: turn.data().asked.filter }); },
      kept: () => keep(talkOf(id)) });
    return turn;
  };
  const talkOf = (id) => [talk, ...talks.values()].find((one) => one.turns.has(id));
  const ask = ({ question, filter, dates = true, past: earlier = past([...talk.turns.values()]) }) => {
    if (busy || state.status.state === "missing" || state.status.state === "broken") return;
    const id = unique();
    const turn = made(id);
    const asked = { question, filter, dates, past: earlier };
    talk.turns.set(id, turn);
    talks.set(talk.id, talk);
    unmark();
    list.append(turn.node);
    drawStart();
    turn.update({ id, question, status: "answering", phase: "waiting", asked });
    working(id);
    emit("turn", { id, data: turn.data() });
    trigger("ask", { id, ...asked, lang: state.lang });
    turn.node.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
    status.textContent = t("searching");
  };
  const working = (id) => {
    busy = id;
    state.busy = Boolean(id);
    heard = Date.now();
    rounds = 0;
    emit("busy", Boolean(id));
  };
  const current = () => talkOf(busy)?.turns.get(busy);

  const take = (fresh) => {
    const turn = fresh && busy === fresh.id && current();
    if (!turn) return;
    heard = Date.now();
    const data = turn.update(fresh);
    emit("turn", { id: fresh.id, data });
    if (data.status !== "answering") {
      const told = talkOf(fresh.id);
      working(null);
      announce(data);
      keep(told);
      if (data.status !== "error") setTimeout(() => turn.offer(), 300);
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
    const turn = current();
    const told = talkOf(busy);
    const data = turn.update(fresh);
    working(null);
    emit("turn", { id: data.id, data });
    announce(data);
    keep(told);
  };
  /* The server ends the turn before its next sentence; what it still sends is passed over by `take`. */
  const stop = () => { if (busy) server.stop({ id: busy }).catch(() => {}); };
  const halt = () => { stop(); settle({ status: "stopped" }); };

  /* ── conversations ── */
  const whole = ({ id, began, turns }) => ({ id, began, turns: [...turns.values()].map((turn) => turn.data()) });
  const keep = async (told) => {
    if (told && !told.gone && told.turns.size && !(await shelf.put(whole(told)))) status.textContent = t("keep_full");
  };
  const show = (chosen) => {
    halt();
    unmark();
    talk = chosen;
    list.replaceChildren(...[...talk.turns.values()].map((turn) => turn.node));
    status.textContent = "";
    emit("fresh");
    drawStart();
    const last = [...talk.turns.values()].at(-1);
    if (last) { emit("turn", { id: last.data().id, data: last.data() }); last.node.scrollIntoView({ block: "start" }); last.title.focus({ preventScroll: true }); renew(last.data().id); }
  };
  const begin = () => show({ id: unique(), began: new Date().toISOString(), turns: new Map() });
  const taken = ({ id, began, turns }) => {
    const read = { id, began, turns: new Map() };
    for (const data of turns) {
      const turn = made(data.id);
      read.turns.set(data.id, turn);
      turn.update(data.status === "answering" ? { ...data, status: "stopped" } : data);
    }
    talks.set(id, read);
    return read;
  };
  const drop = (id) => {
    const told = talks.get(id);
    if (told) told.gone = true;
    shelf.drop(id);
    if (id === talk.id) begin();
    talks.delete(id);
  };
  const openTalks = async () => {
    const stored = (await shelf.all()).filter((one) => !talks.has(one.id));
    const line = ({ id, began, turns }) => ({ id, began, title: turns[0].question, n: turns.length, here: id === talk.id });
    const known = [...stored.map(line), ...[...talks.values()].map((one) => line(whole(one)))].sort((a, b) => b.began.localeCompare(a.began));
    presscite.talks(known, {
      open: (id) => { if (id !== talk.id) show(talks.get(id) || taken(stored.find((one) => one.id === id))); },
      drop, fresh: begin,
      clear: () => { for (const { id } of known) drop(id); shelf.clear(); },
      keep: (yes) => { const done = shelf.keep(yes); if (done && yes) for (const one of talks.values()) keep(one); return done; },
      turns: () => [...talk.turns.values()].map((turn) => turn.same()).filter(Boolean), server,
    });
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
    emit("open", { id, data: talk.turns.get(id).data(), n });
    renew(id, FATE_MS);
  };
  const mark = (id, n) => {
    for (const chip of talk.turns.get(id).node.querySelectorAll(`.pc-chip[data-quote="${Number(n)}"]`)) {
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
    from = talk.turns.get(id)?.node.querySelector(`.pc-chip[data-quote="${Number(n)}"]`) || from;
  };

  /* ── the state of the archive ── */
  /* What became of a turn's articles since it was answered. */
  const asked = new Map();
  const renew = async (id, age = 0) => {
    const turn = talk.turns.get(id);
    if (!turn || turn.data().status === "answering" || (age && Date.now() - (asked.get(id) || turn.since) < age)) return;
    asked.set(id, Date.now());
    if (await fates.ask(server, turn.data())) { turn.dress(); emit("fates", { id }); }
  };
  const look = async () => {
    try {
      const now = await server.status({});
      if (!now?.state) throw new Error("no answer"); /* Gradio gives nothing where nothing came */
      const was = state.status;
      state.status = now;
      if (silent >= LOOKS_LOST) emit("lost", false);
      silent = 0;
      if (JSON.stringify(now) !== JSON.stringify(was)) { emit("status"); drawStart(); }
      if (was.generation && now.generation !== was.generation) {
        emit("renewed", now.made);
        for (const [id, turn] of talk.turns) { turn.aged(); await renew(id); }
      }
      return true;
    } catch {
      silent += 1;
      if (silent === LOOKS_LOST) emit("lost", true);
      return false;
    }
  };
  const watchOver = async () => {
    if (busy && Date.now() - heard > PATIENCE_MS) {
      heard = Date.now();
      rounds += 1;
      const alive = await look();
      const waiting = current()?.data().phase === "waiting";
      if (!alive || (waiting && rounds > ROUNDS)) {
        stop();
        settle({ ...NOTHING, error: alive ? "error_busy" : "error_connection" });
      }
    }
    ticks += 1;
    if (!document.hidden && (state.status.state !== "ready" || silent || ticks % 2 === 0)) await look();
  };
  /* How many questions wait before this one. */
  const place = async () => {
    const id = busy;
    if (!id || current().data().phase !== "waiting" || Date.now() - heard < PLACE_MS) return;
    try {
      const ahead = await server.place({ id });
      if (busy !== id || typeof ahead !== "number") return;
      heard = Date.now();
      rounds = 0;
      current().update({ ahead });
    } catch { /* the next look tries again */ }
  };

  /* ── a question that came with the address: ?q=&from=&to=&outlet=&article_lang=&section=&dates=off ── */
  const linked = () => {
    const query = new URLSearchParams(location.search);
    const change = { since: query.get("from") || "", until: query.get("to") || "", outlets: query.getAll("outlet"), languages: query.getAll("article_lang"), sections: query.getAll("section") };
    const filter = Object.values(change).some((value) => value.length) ? change : {};
    if (filter.since !== undefined) emit("filter", change);
    const question = (query.get("q") || "").trim();
    if (!question) return;
    if (state.status.state === "ready" || state.status.state === "opening") ask({ question, filter, dates: query.get("dates") !== "off" });
    else emit("refill", question);
  };

  on("ask", ask);
  on("halt", halt);
  on("refused", () => { if (current()?.data().phase === "waiting") settle({ ...NOTHING, error: "error_busy" }); });
  on("begin", begin);
  on("talks", openTalks);
  on("archive", () => presscite.archive(server));
  on("back", back);
  on("moved", moved);
  on("language", () => { drawStart(); for (const one of [talk, ...talks.values()]) for (const turn of one.turns.values()) turn.update({}, true); });
  watch("value", () => { if (props.value?.turn) take(JSON.parse(props.value.turn)); });
  window.addEventListener("focus", look);
  window.addEventListener("online", look);
  setInterval(watchOver, 2500);
  setInterval(place, PLACE_MS);
  drawStart();
  look().then(linked);
};
