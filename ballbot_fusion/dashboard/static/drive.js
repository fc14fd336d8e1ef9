// Stick, keys and emergency stop. Letting go, leaving the page or losing the link stops.
(() => {
  const REPEAT_MS = 100;
  const ALIVE_MS = 150;
  const KEYS = {
    ArrowUp: [1, 0, 0], KeyW: [1, 0, 0], ArrowDown: [-1, 0, 0], KeyS: [-1, 0, 0],
    ArrowLeft: [0, 0, 1], KeyA: [0, 0, 1], ArrowRight: [0, 0, -1], KeyD: [0, 0, -1],
    KeyZ: [0, 1, 0], KeyC: [0, -1, 0],
  };
  const pressed = new Set();
  let stick = null;
  let timer = null;

  const share = () => {
    if (stick) return stick;
    if (!pressed.size) return null;
    const sum = [0, 0, 0];
    for (const key of pressed) KEYS[key].forEach((value, axis) => (sum[axis] += value));
    return sum.map((value) => Math.max(-1, Math.min(1, value)));
  };
  const send = () => {
    const now = share();
    if (now === null) {
      clearInterval(timer);
      timer = null;
      if (window.socket?.connected) emitEvent("letgo");
      document.body.classList.remove("is-driving");
      return;
    }
    document.body.classList.add("is-driving");
    // Never kept for later: what was meant before a broken link is not meant after it.
    if (window.socket?.connected) emitEvent("stick", now);
  };
  const changed = () => {
    if (share() === null) return timer !== null && send();
    if (timer === null) timer = setInterval(send, REPEAT_MS);
    send();
  };
  const letGo = () => {
    pressed.clear();
    stick = null;
    changed();
    const knob = document.querySelector(".bb-knob");
    if (knob) knob.style.transform = "";
  };

  function joystick(pad) {
    const knob = pad.querySelector(".bb-knob");
    const move = (event) => {
      const box = pad.getBoundingClientRect();
      const reach = box.width / 2 - knob.offsetWidth / 2;
      let x = (event.clientX - box.left - box.width / 2) / reach;
      let y = (event.clientY - box.top - box.height / 2) / reach;
      const length = Math.hypot(x, y);
      if (length > 1) [x, y] = [x / length, y / length];
      knob.style.transform = `translate(${x * reach}px, ${y * reach}px)`;
      const sideways = document.body.classList.contains("is-strafing");
      stick = sideways ? [-y, -x, 0] : [-y, 0, -x];
      changed();
    };
    pad.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      pad.setPointerCapture(event.pointerId);
      pad.classList.add("is-held");
      move(event);
    });
    pad.addEventListener("pointermove", (event) => pad.hasPointerCapture(event.pointerId) && move(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
      pad.addEventListener(name, () => {
        pad.classList.remove("is-held");
        letGo();
      });
  }

  const typing = () => ["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement?.tagName);
  document.addEventListener("keydown", (event) => {
    if (event.code === "Escape") return stop();
    if (!(event.code in KEYS) || typing() || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (event.repeat) return;
    pressed.add(event.code);
    changed();
  });
  document.addEventListener("keyup", (event) => pressed.delete(event.code) && changed());
  window.addEventListener("blur", letGo);
  document.addEventListener("visibilitychange", () => document.hidden && letGo());

  async function stop() {
    letGo();
    const answer = document.querySelector('[data-live="stop-answer"]');
    const say = (words) => answer && (answer.textContent = words);
    say("stopping …");
    try {
      const response = await fetch("/e_stop", { method: "POST", keepalive: true });
      say((await response.json()).text);
    } catch {
      say("the dashboard does not answer: use the button on the robot");
    }
  }

  // One press, on the way down, wherever a stop button is.
  document.addEventListener("pointerdown", (event) => {
    if (event.target.closest?.("[data-stop]")) stop();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.("[data-stop]") && ["Enter", "Space"].includes(event.code)) stop();
  });

  const wait = setInterval(() => {
    const pad = document.querySelector(".bb-pad");
    if (!pad) return;
    clearInterval(wait);
    joystick(pad);
    if (document.body.querySelector("[data-button-topic]"))
      setInterval(() => window.socket?.connected && emitEvent("alive"), ALIVE_MS);
  }, 100);
})();
