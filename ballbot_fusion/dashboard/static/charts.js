// Histories, the distribution of latency, features, and the robot in 3D.
(() => {
  const SPAN_S = 30;
  const EVERY_MS = 250;
  const history = [];
  let drawn = 0;
  const css = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();
  const chart = (name) => {
    const element = document.querySelector(`[data-chart="${name}"]`);
    return element && window.getElement ? getElement(element)?.chart : null;
  };
  const line = (name, color, data, extra = {}) => ({
    name, type: "line", data, showSymbol: false, animation: false, silent: true,
    lineStyle: { width: 2, color: css(color) }, itemStyle: { color: css(color) }, ...extra,
  });
  const axes = (unit, extra = {}, names = undefined) => ({
    animation: false,
    grid: { left: 40, right: 10, top: 26, bottom: 20 },
    legend: {
      data: names, top: 0, right: 0, itemWidth: 14, itemHeight: 2, icon: "rect",
      textStyle: { color: css("--bb-muted"), fontSize: 11 },
    },
    xAxis: {
      type: "value", min: -SPAN_S, max: 0, interval: 10,
      axisLabel: { color: css("--bb-muted"), fontSize: 10, formatter: (value) => (value ? `${value} s` : "now") },
      axisLine: { lineStyle: { color: css("--bb-edge") } }, axisTick: { show: false }, splitLine: { show: false },
    },
    yAxis: {
      type: "value", splitNumber: 3, ...extra,
      axisLabel: { color: css("--bb-muted"), fontSize: 10, formatter: (value) => `${value}${unit}` },
      splitLine: { lineStyle: { color: css("--bb-edge") } }, axisLine: { show: false },
    },
  });

  function tilt(now) {
    const limit = ballbot.frame.pose.limit_deg;
    chart("tilt")?.setOption({
      ...axes("°", { min: 0, max: (value) => Math.max(4, Math.ceil(value.max * 1.3)) }),
      series: [
        line("tilt", "--bb-blue", history.map((entry) => [entry.at - now, entry.tilt]), {
          areaStyle: { color: css("--bb-blue"), opacity: 0.12 },
          markLine: {
            silent: true, symbol: "none", animation: false, data: [{ yAxis: limit }],
            lineStyle: { color: css("--bb-bad"), type: "dashed" },
            label: { formatter: `limit ${limit}°`, color: css("--bb-bad"), position: "insideEndTop" },
          },
        }),
      ],
    });
  }

  function velocity(now) {
    const of = (key, axis) => history.map((entry) => [entry.at - now, entry[key] ? entry[key][axis] : null]);
    const extent = { min: (value) => Math.min(-0.2, value.min), max: (value) => Math.max(0.2, value.max) };
    chart("velocity")?.setOption({
      ...axes("", extent, ["forward", "left", "commanded"]),
      series: [
        line("forward", "--bb-blue", of("velocity", 0)),
        line("commanded", "--bb-blue", of("command", 0), { lineStyle: { width: 1.5, type: "dashed", color: css("--bb-blue"), opacity: 0.7 } }),
        line("left", "--bb-violet", of("velocity", 1)),
        line("commanded left", "--bb-violet", of("command", 1), { lineStyle: { width: 1.5, type: "dashed", color: css("--bb-violet"), opacity: 0.7 } }),
      ],
    });
  }

  function latency(frame) {
    const { counts, p50, p99 } = frame.latency;
    const total = counts.reduce((sum, count) => sum + count, 0);
    ballbot.text("latency", total ? `p50 ${p50.toFixed(2)} ms   p99 ${p99.toFixed(2)} ms` : "no commands");
    const look = axes(" %");
    chart("latency")?.setOption({
      ...look,
      legend: { show: false },
      grid: { ...look.grid, top: 8 },
      xAxis: {
        ...look.xAxis, type: "category", min: undefined, max: undefined, interval: undefined,
        data: counts.map((_, bin) => bin * 0.25),
        axisLabel: { color: css("--bb-muted"), fontSize: 10, interval: 7, formatter: (value) => `${value} ms` },
      },
      series: [
        {
          type: "bar", animation: false, silent: true, barCategoryGap: "12%",
          data: counts.map((count) => (total ? (100 * count) / total : 0)),
          itemStyle: { color: css("--bb-blue"), borderRadius: [2, 2, 0, 0] },
        },
      ],
    });
  }

  function features(frame) {
    const canvas = document.querySelector('[data-live="features"]');
    if (!canvas) return;
    const values = frame.features;
    const width = (canvas.width = canvas.clientWidth);
    const height = (canvas.height = canvas.clientHeight);
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    ballbot.text("features-words", values.length ? `${values.length} fused features` : "none heard");
    const step = width / Math.max(values.length, 1);
    pen.fillStyle = css("--bb-edge");
    pen.fillRect(0, height / 2, width, 1);
    values.forEach((value, place) => {
      const size = (Math.max(-1, Math.min(1, value / 2)) * (height - 2)) / 2;
      pen.fillStyle = css(size < 0 ? "--bb-violet" : "--bb-blue");
      pen.fillRect(place * step + 1, height / 2 - Math.max(size, 0), Math.max(step - 2, 1), Math.abs(size) + 0.5);
    });
  }

  // --- the robot ---

  let ball = null;
  let painted = "";
  // Sky and ground follow the page's theme.
  function paint(element, scene) {
    const color = css("--bb-sky");
    if (color === painted || !getElement(element)?.renderer) return;
    painted = color;
    getElement(element).renderer.setClearColor(color);
    for (const object of scene.children) {
      if (object.object_id === "ground") {
        object.material.color.set(color);
        object.material.specular.set(0);
      }
      if (object.type !== "GridHelper") continue;
      Object.assign(object.material, { vertexColors: false, opacity: 0.55, needsUpdate: true });
      object.material.color.set(css("--bb-grid"));
    }
  }

  function robot(frame) {
    const element = document.querySelector("[data-scene]");
    const scene = element && window[`scene_${element.id}`];
    const whole = scene?.getObjectByName("robot");
    const body = scene?.getObjectByName("body");
    if (!whole || !body) return;
    paint(element, scene);
    const pose = frame.pose;
    whole.traverse((object) => {
      if (object.material && object.userData.clear === undefined) object.userData.clear = object.material.opacity;
      if (object.material) object.material.opacity = pose.stale ? 0.2 : object.userData.clear;
    });
    if (pose.stale) return;
    const [x, y] = pose.position;
    const [qx, qy, qz, qw] = pose.attitude;
    const before = whole.position.clone();
    whole.position.x = x;
    whole.position.y = y;
    body.quaternion.set(qx, qy, qz, qw);
    ball ??= scene.getObjectByName("ball");
    const dx = x - before.x, dy = y - before.y, path = Math.hypot(dx, dy);
    if (ball && path > 1e-6 && path < 1) {
      const axis = before.clone().set(-dy / path, dx / path, 0);
      ball.rotateOnWorldAxis(axis, path / Number(element.dataset.radius));
    }
    follow(element, dx, dy);
    command(scene, pose);
  }

  // The camera goes along, however the operator has turned it.
  function follow(element, dx, dy) {
    const view = getElement(element);
    if (!view?.controls || Math.hypot(dx, dy) > 1) return;
    view.controls.target.x += dx;
    view.controls.target.y += dy;
    view.camera.position.x += dx;
    view.camera.position.y += dy;
  }

  function command(scene, pose) {
    const arrow = scene.getObjectByName("command");
    if (!arrow) return;
    const [vx, vy] = pose.command;
    const speed = Math.hypot(vx, vy);
    arrow.visible = speed > 0.02;
    arrow.scale.set(Math.max(speed * 1.6, 0.01), 1, 1);
    arrow.rotation.set(0, 0, (pose.yaw_deg * Math.PI) / 180 + Math.atan2(vy, vx));
  }

  window.ballbot.listeners.push((frame) => {
    const now = performance.now() / 1000;
    const { stale, tilt_deg, velocity: real, command: wanted } = frame.pose;
    history.push({ at: now, tilt: stale ? null : tilt_deg, velocity: stale ? null : real, command: stale ? null : wanted });
    while (history[0].at < now - SPAN_S) history.shift();
    robot(frame);
    if (performance.now() - drawn < EVERY_MS) return;
    drawn = performance.now();
    tilt(now);
    velocity(now);
    latency(frame);
    features(frame);
  });
})();
