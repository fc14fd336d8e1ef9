// Puts frames on the page. Texts go through textContent: anybody may publish diagnostics.
(() => {
  const STALE_MS = 1500;
  const part = (name) => document.querySelector(`[data-live="${name}"]`);
  const ballbot = (window.ballbot = { frame: null, heard: 0, listeners: [], hadEvent: null });

  const text = (name, value) => {
    const element = part(name);
    if (element && element.textContent !== value) element.textContent = value;
  };
  const level = (name, value) => {
    const element = part(name);
    if (element && element.dataset.level !== value) element.dataset.level = value;
  };
  const stale = (name, words) => {
    const element = document.querySelector(`[data-stale="${name}"]`);
    if (!element) return;
    element.classList.toggle("is-stale", Boolean(words));
    element.dataset.words = words || "";
  };
  ballbot.text = text;

  const cell = (row, className, content) => {
    const element = document.createElement("span");
    element.className = className;
    element.textContent = content;
    row.append(element);
    return element;
  };
  // Rows are made anew only when what they say has changed.
  const rows = (name, entries, fill) => {
    const list = part(name);
    const key = JSON.stringify(entries);
    if (!list || list.dataset.key === key) return;
    list.dataset.key = key;
    list.replaceChildren(
      ...entries.map((entry) => {
        const row = document.createElement("div");
        row.className = "bb-line";
        fill(row, entry);
        return row;
      }),
    );
  };

  const signed = (value, digits) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(digits);
  ballbot.signed = signed;

  function safety(frame) {
    const { mode, level: how, reason, dry } = frame.safety;
    text("mode", mode);
    level("mode", how);
    text("reason", reason);
    part("dry")?.classList.toggle("hidden", !dry);
    document.body.dataset.mode = mode;
  }

  function pose(frame) {
    const now = frame.pose;
    stale("pose", now.stale);
    if (now.stale) {
      for (const name of ["tilt", "speed", "heading", "place"]) text(name, "–");
      part("tilt-bar")?.style.setProperty("--share", 0);
      return;
    }
    const share = Math.min(now.tilt_deg / now.limit_deg, 1);
    text("tilt", now.tilt_deg.toFixed(1));
    text("tilt-limit", `of ${now.limit_deg.toFixed(0)}°`);
    level("tilt-bar", share > 0.66 ? "bad" : share > 0.33 ? "warn" : "good");
    part("tilt-bar")?.style.setProperty("--share", share);
    text("speed", now.speed.toFixed(2));
    text("heading", now.yaw_deg.toFixed(0));
    text("place", `x ${signed(now.position[0], 2)}  y ${signed(now.position[1], 2)}`);
  }

  function wheels(frame) {
    const { effort, speed, limit, stale: words } = frame.wheels;
    stale("wheels", words);
    for (let wheel = 0; wheel < 3; wheel++) {
      if (effort && !words) {
        text(`wheel-${wheel}`, `${signed(effort[wheel], 2)} N·m`);
        part(`wheel-bar-${wheel}`)?.style.setProperty("--share", Math.max(-1, Math.min(1, effort[wheel] / limit)));
      }
      if (words) {
        text(`wheel-${wheel}`, "–");
        part(`wheel-bar-${wheel}`)?.style.setProperty("--share", 0);
      }
      text(`wheel-speed-${wheel}`, speed ? `${signed(speed[wheel], 1)} rad/s` : "–");
    }
    const off = effort && !words && effort.every((value) => value === 0);
    text("motors", words ? `motors: ${words}` : off ? "motors at zero" : "motors driven");
    level("motors", words ? "bad" : off ? "note" : "good");
  }

  function modalities(frame) {
    stale("modalities", frame.modalities.stale);
    if (frame.modalities.stale) return;
    const known = frame.modalities.rows;
    rows("modalities", known, (row, entry) => {
      row.dataset.key = entry.key;
      row.dataset.level = entry.trusted ? "good" : "warn";
      cell(row, "bb-dot", "");
      cell(row, "bb-name", entry.key);
      cell(row, "bb-why", entry.reason || (entry.trusted ? "trusted" : ""));
      cell(row, "bb-number", entry.rate);
      cell(row, "bb-number", entry.age);
    });
    const masked = known.filter((entry) => !entry.trusted).length;
    text("masked", masked ? `${masked} masked` : "all trusted");
    level("masked", masked ? "warn" : "good");
  }

  function pictures(frame) {
    frame.pictures.forEach((picture, camera) => {
      stale(`camera-${camera}`, picture.stale);
      for (const kind of ["policy", "raw"]) {
        const image = part(`${kind}-${camera}`);
        if (image && picture[kind] && image.src !== picture[kind]) image.src = picture[kind];
      }
      if (picture.words) text(`words-${camera}`, picture.words);
      const row = frame.modalities.rows.find((entry) => entry.key.match(`^rgb.*_${camera}$`));
      const masked = row && !row.trusted;
      part(`mask-${camera}`)?.classList.toggle("hidden", !masked);
      if (masked) text(`mask-${camera}`, `masked: ${row.reason}`);
    });
  }

  function lists(frame) {
    rows("nodes", frame.nodes, (row, entry) => {
      row.dataset.level = entry.level;
      row.dataset.node = entry.name;
      cell(row, "bb-dot", "");
      cell(row, "bb-name", entry.name);
      cell(row, "bb-why", entry.message);
    });
    rows("facts", Object.entries(frame.facts), (row, [name, value]) => {
      row.classList.toggle("is-long", value.length > 20);
      cell(row, "bb-why", name);
      cell(row, "bb-number", value);
    });
    rows("faults", frame.faults.slice(0, 4), (row, entry) => {
      row.dataset.level = entry.state === "acting" ? "warn" : "note";
      cell(row, "bb-dot", "");
      cell(row, "bb-name", entry.text);
      cell(row, "bb-why", entry.outcome);
    });
    document.body.classList.toggle("is-simulated", frame.simulated);
  }

  function events(frame) {
    const newest = frame.events.length ? frame.events[0].number : 0;
    if (newest === ballbot.hadEvent) return;
    const before = ballbot.hadEvent;
    ballbot.hadEvent = newest;
    rows("events", frame.events.map(({ number, time, level, text }) => ({ number, time: Math.round(time), level, text })), (row, entry) => {
      row.dataset.level = entry.level;
      cell(row, "bb-time", new Date(entry.time * 1000).toLocaleTimeString([], { hour12: false }));
      cell(row, "bb-dot", "");
      cell(row, "bb-why", entry.text);
    });
    if (before === null) return;
    for (const entry of frame.events.filter((event) => event.number > before).slice(0, 3)) {
      if (!entry.text.startsWith("operator:") && entry.level !== "bad") continue;
      const type = entry.level === "bad" ? "negative" : "info";
      Quasar.Notify.create({ message: entry.text.replace("operator: ", ""), type, position: "bottom-right", timeout: 3500 });
    }
  }

  ballbot.show = (frame) => {
    ballbot.frame = frame;
    ballbot.heard = performance.now();
    for (const put of [safety, pose, wheels, modalities, pictures, lists, events]) put(frame);
    for (const listener of ballbot.listeners) listener(frame);
    document.body.classList.remove("is-cut");
  };

  // The page itself: what no longer comes must not look as if it did.
  setInterval(() => {
    const age = performance.now() - ballbot.heard;
    const cut = age > STALE_MS;
    document.body.classList.toggle("is-cut", cut);
    text("link", cut ? `no data for ${(age / 1000).toFixed(0)} s` : "live");
    level("link", cut ? "bad" : "good");
  }, 250);

  document.addEventListener("visibilitychange", () => {
    if (window.socket?.connected) emitEvent("looks", !document.hidden);
  });
})();
