/* What became of articles since they were cited: changed, corrected, taken back. Asked again when a newer index serves; the words shown stay those cited.
   presscite.fates.of(name) → what is known or {};  .ask(server, data) → whether a turn has news;  .hidden(fate) → the key of the reason, or "";
   .correction(source, name) → its note, or "";  .stand(how many do, numbers that do not) → a sentence */
presscite.fates = (() => {
  const BATCH = 40;
  const REASONS = { withheld: "silent_withheld", canceled: "silent_canceled", embargoed: "silent_embargoed", expired: "silent_expired" };
  const known = new Map();

  const of = (name) => known.get(name) || {};
  const hidden = ({ silent }) => REASONS[silent] || "";
  const correction = (source, name = source.article) => of(name).correction || source.correction;

  /* Whether the words of these quotes still stand in the newest version, in words: all, some, or none of them. */
  const stand = (kept, gone) => {
    if (!kept && !gone.length) return "";
    if (!gone.length) return presscite.t("words_stand");
    return kept ? presscite.t("words_some", { list: gone.map((n) => `[${n}]`).join(" ") }) : presscite.t("words_gone");
  };

  const names = (data) => [...new Set([...data.quotes.map((quote) => quote.address), ...data.passages.map((passage) => passage.source.article)])];
  const ask = async (server, data) => {
    const all = names(data);
    let news = false;
    for (let i = 0; i < all.length; i += BATCH) {
      let found = {};
      try { found = await server.since({ names: all.slice(i, i + BATCH) }); } catch { return news; } /* the next look tries again */
      for (const [name, fate] of Object.entries(found || {})) {
        news ||= JSON.stringify(known.get(name)) !== JSON.stringify(fate);
        known.set(name, fate);
      }
    }
    return news;
  };
  return { of, ask, hidden, correction, stand };
})();
