/* The shelf: conversations kept in this browser, only when the reader wants that, and only here; where there is a login, each user's apart.
   presscite.shelf → { keeping(), keep(yes), all(), put(talk), drop(id), clear() }; a talk is { id, began, turns: what each turn shows } */
presscite.shelf = (() => {
  const STORE = "talks";
  const { state } = presscite;
  const name = () => state.user ? `presscite-${state.user}` : "presscite";
  const keeping = () => { try { return localStorage.getItem(`${name()}-keep`) === "yes"; } catch { return false; } };

  const opened = () => new Promise((done, failed) => {
    const asked = indexedDB.open(name(), 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const work = async (mode, act) => {
    const base = await opened();
    try {
      return await new Promise((done, failed) => {
        const change = base.transaction(STORE, mode);
        const asked = act(change.objectStore(STORE));
        change.oncomplete = () => done(asked?.result);
        change.onerror = change.onabort = () => failed(change.error);
      });
    } finally { base.close(); }
  };

  const all = async () => {
    if (!keeping()) return [];
    try { return await work("readonly", (store) => store.getAll()); } catch { return []; }
  };
  /* Whether it is kept: a browser may have no room, or allow no storage. */
  const put = async (talk) => {
    if (!keeping()) return true;
    try { await work("readwrite", (store) => store.put(talk)); return true; } catch { return false; }
  };
  const drop = (id) => work("readwrite", (store) => store.delete(id)).catch(() => {});
  const clear = () => work("readwrite", (store) => store.clear()).catch(() => {});
  const keep = (yes) => {
    try { yes ? localStorage.setItem(`${name()}-keep`, "yes") : localStorage.removeItem(`${name()}-keep`); } catch { return false; }
    if (!yes) clear();
    return keeping() === yes;
  };
  return { keeping, keep, all, put, drop, clear };
})();
