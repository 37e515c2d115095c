"use strict";

// Draws the charts and keeps the page up to date. Everything else is there without it.
(() => {
  const LONGEST = 600_000;
  const SHORTEST = 30_000;
  const STEPS = 120;
  const PARTS_EVERY = 5_000;
  const samples = [];
  const state = document.getElementById("live");

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const palette = () => [1, 2, 3, 4, 5, 6].map((i) => colour("--c" + i));
  const exactly = (at) => new Date(at).toLocaleTimeString([], { hour12: false });
  const sum = (group, name) => group.reduce((all, sample) => all + sample[name], 0);

  /** What the charts reach over: as far back as there are samples, and ten minutes at the most. */
  function span() {
    const past = samples[samples.length - 1].at - samples[0].at;
    return Math.min(Math.max(past, SHORTEST), LONGEST);
  }

  const step = () => Math.ceil(span() / STEPS / 1_000) * 1_000;

  /** So that there are a handful of them, at times that people would choose. */
  const betweenTicks = () => [5_000, 10_000, 15_000, 30_000, 60_000, 120_000].find((time) => span() / time <= 6);

  function roundTimes(from, to) {
    const between = betweenTicks();
    const times = [];
    for (let at = Math.ceil(from / between) * between; at <= to; at += between) times.push(at);
    return times;
  }

  function clock(at) {
    const seconds = betweenTicks() < 60_000 ? { second: "2-digit" } : {};
    return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false, ...seconds });
  }

  /** The samples of each step, oldest first, with empty steps in between. */
  function steps() {
    if (samples.length === 0) return [];
    const length = step();
    const begin = (at) => Math.floor(at / length) * length;
    const newest = begin(samples[samples.length - 1].at);
    const groups = new Map();
    for (let at = begin(newest - span()) + length; at <= newest; at += length) groups.set(at, []);
    samples.forEach((sample) => groups.get(begin(sample.at))?.push(sample));
    return [...groups];
  }

  const points = (of) => steps().map(([at, group]) => ({ x: at, y: group.length === 0 ? null : of(group) }));

  function ratio(group) {
    const hits = sum(group, "memoryHits") + sum(group, "storeHits");
    const reads = hits + sum(group, "misses");
    return reads === 0 ? null : (100 * hits) / reads;
  }

  function meanLoad(group) {
    const loads = sum(group, "loads");
    return loads === 0 ? null : sum(group, "loadMillis") / loads;
  }

  const perSecond = (name) => (group) => sum(group, name) / group.length;

  function causes() {
    const names = new Set();
    samples.forEach((sample) => Object.keys(sample.evictions).forEach((name) => names.add(name)));
    return [...names].sort();
  }

  /** A point between two gaps has no line that would show it. */
  function stands({ dataset, dataIndex }) {
    const gap = (i) => (dataset.data[i]?.y ?? null) === null;
    return !gap(dataIndex) && gap(dataIndex - 1) && gap(dataIndex + 1) ? 2 : 0;
  }

  const line = (label, index, of, filled) => ({
    label,
    data: points(of),
    borderColor: palette()[index],
    backgroundColor: palette()[index] + (filled ? "55" : "22"),
    borderWidth: 1.75,
    pointRadius: stands,
    pointHitRadius: 8,
    tension: 0.2,
    spanGaps: step() * 2,
    fill: filled ? "stack" : "origin",
  });

  const CHARTS = {
    "chart-ratio": {
      unit: " %",
      y: { min: 0, max: 100 },
      datasets: () => [line("Hit ratio", 0, ratio)],
    },
    "chart-reads": {
      unit: " a second",
      stacked: true,
      legend: true,
      datasets: () => [
        line("from memory", 0, perSecond("memoryHits"), true),
        line("from the file", 1, perSecond("storeHits"), true),
        line("missed", 2, perSecond("misses"), true),
      ],
    },
    "chart-load": {
      unit: " ms",
      datasets: () => [line("Mean load time", 0, meanLoad)],
    },
    "chart-evictions": {
      type: "bar",
      unit: "",
      y: { suggestedMax: 4 },
      stacked: true,
      legend: true,
      datasets: () => causes().map((cause, i) => ({
        label: cause,
        data: points((group) => group.reduce((all, sample) => all + (sample.evictions[cause] ?? 0), 0)),
        backgroundColor: palette()[i % 6],
        barPercentage: 1,
        categoryPercentage: 1,
        minBarLength: 0,
      })),
    },
  };

  const charts = new Map();

  function options(chart) {
    const quiet = colour("--quiet");
    const grid = { color: colour("--line") };
    return {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          type: "linear",
          offset: false,
          stacked: chart.stacked ?? false,
          border: { display: false },
          grid: { display: false },
          ticks: { color: quiet, maxRotation: 0, autoSkip: false, callback: clock },
          afterBuildTicks: (axis) => { axis.ticks = roundTimes(axis.min, axis.max).map((value) => ({ value })); },
        },
        y: {
          stacked: chart.stacked ?? false,
          beginAtZero: true,
          border: { display: false },
          grid,
          ...chart.y,
          ticks: {
            color: quiet,
            maxTicksLimit: 5,
            callback: (value) => Number(value.toFixed(3)) + chart.unit.replace(" a second", "/s"),
          },
        },
      },
      plugins: {
        legend: {
          display: chart.legend ?? false,
          position: "bottom",
          align: "start",
          labels: { color: quiet, boxWidth: 10, boxHeight: 10 },
        },
        tooltip: {
          callbacks: {
            title: (items) => (items.length ? exactly(items[0].parsed.x) : ""),
            label: (item) => `${item.dataset.label}: ${Number(item.parsed.y.toFixed(2))}${chart.unit}`,
          },
        },
      },
    };
  }

  function draw() {
    if (typeof Chart === "undefined" || samples.length === 0) return;
    document.body.classList.add("drawn");
    const newest = samples[samples.length - 1].at;
    for (const [id, chart] of Object.entries(CHARTS)) {
      let drawn = charts.get(id);
      if (drawn === undefined) {
        drawn = new Chart(document.getElementById(id), {
          type: chart.type ?? "line",
          data: { datasets: [] },
          options: options(chart),
        });
        charts.set(id, drawn);
      }
      const hidden = new Set(drawn.data.datasets.filter((_, i) => !drawn.isDatasetVisible(i)).map((set) => set.label));
      drawn.data.datasets = chart.datasets().map((set) => ({ ...set, hidden: hidden.has(set.label) }));
      drawn.options.scales.x.min = newest - span();
      drawn.options.scales.x.max = newest;
      drawn.update();
    }
  }

  function add(sample) {
    const last = samples[samples.length - 1];
    if (last !== undefined && sample.at <= last.at) return;
    samples.push(sample);
    while (samples[0].at < sample.at - LONGEST) samples.shift();
  }

  function show(status, isOn) {
    if (state.textContent !== status) state.textContent = status;
    state.classList.toggle("on", isOn);
  }

  const source = new EventSource(document.body.dataset.live);
  source.addEventListener("open", () => show("live", true));
  source.addEventListener("error", () => show("not live", false));
  source.addEventListener("history", (event) => {
    JSON.parse(event.data).forEach(add);
    draw();
  });
  source.addEventListener("sample", (event) => {
    const sample = JSON.parse(event.data);
    add(sample);
    for (const [id, text] of Object.entries(sample.tiles)) {
      const tile = document.getElementById(id);
      if (tile !== null) tile.textContent = text;
    }
    if (!document.hidden) draw();
  });

  /** Takes over what the server says now, but nothing that somebody is just using. */
  async function renew() {
    if (document.hidden) return;
    const answer = await fetch(location.href.split(/[?#]/)[0], { cache: "no-store", redirect: "error" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-part]")) {
      const next = fresh.getElementById(part.id);
      if (next === null || part.contains(document.activeElement) || part.matches(":hover")) continue;
      if (part.open) next.open = true;
      const scrolled = [...part.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
      part.replaceWith(next);
      next.querySelectorAll(".scroll").forEach((box, i) => { box.scrollLeft = scrolled[i] ?? 0; });
    }
  }

  setInterval(() => renew().catch(() => show("not live", false)), PARTS_EVERY);

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    charts.forEach((chart) => chart.destroy());
    charts.clear();
    draw();
  });
})();
