"use strict";
(() => {
  const by = (id) => document.getElementById(id);
  const scenarios = [...document.querySelectorAll(".scenario")].map((element) => ({
    element,
    words: `${element.closest(".feature").querySelector("h3").textContent} ${element.textContent}`.toLowerCase(),
    verdicts: element.dataset.verdicts.split("|").map((pair) => pair.split("=")),
    profiles: element.dataset.profiles.split("|"),
    tags: element.dataset.tags.split("|"),
  }));
  const groups = [...document.querySelectorAll(".rule, .feature, .concern")];
  const chips = [...document.querySelectorAll(".chip")];
  const chosen = (name) => (by(name) ? by(name).value : "");

  const filter = () => {
    const wanted = by("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = chips.filter((chip) => chip.ariaPressed === "true").map((chip) => chip.dataset.verdict);
    const target = chosen("target");
    let shown = 0;
    for (const one of scenarios) {
      const on = one.verdicts.filter(([where]) => !target || where === target);
      const fits =
        wanted.every((word) => one.words.includes(word)) &&
        (!verdicts.length || on.some(([, verdict]) => verdicts.includes(verdict))) &&
        (!chosen("concern") || one.element.dataset.concern === chosen("concern")) &&
        (!chosen("profile") || one.profiles.includes(chosen("profile"))) &&
        (!chosen("tag") || one.tags.includes(chosen("tag")));
      one.element.hidden = !fits;
      shown += fits;
    }
    for (const group of groups) group.hidden = !group.querySelector(".scenario:not([hidden])");
    by("nothing").hidden = shown > 0;
    by("count").value = `${shown} of ${scenarios.length} scenarios`;
  };

  for (const chip of chips)
    chip.addEventListener("click", () => {
      chip.ariaPressed = chip.ariaPressed === "true" ? "false" : "true";
      filter();
    });
  by("filters").addEventListener("input", filter);
  by("filters").addEventListener("submit", (event) => event.preventDefault());
  by("filters").addEventListener("reset", () => {
    for (const chip of chips) chip.ariaPressed = "false";
    setTimeout(filter);
  });

  const open = by("open");
  open.addEventListener("click", () => {
    const opening = open.textContent === "Open all";
    for (const one of scenarios) one.element.open = opening;
    open.textContent = opening ? "Close all" : "Open all";
  });

  const follow = () => {
    let place = by(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    for (let at = place; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    if (place.closest("[hidden]")) by("filters").reset();
    place.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  for (const one of scenarios)
    one.element.firstElementChild.addEventListener("click", () => {
      if (!one.element.open) history.replaceState(null, "", `#${one.element.id}`);
    });

  let printed = [];
  addEventListener("beforeprint", () => {
    printed = [...document.querySelectorAll("main details:not([open])")];
    for (const one of printed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of printed) one.open = false;
  });

  const theme = by("theme");
  const stored = (value) => {
    try {
      return value === undefined ? localStorage.getItem("seatrial-theme") : localStorage.setItem("seatrial-theme", value);
    } catch {
      return null;
    }
  };
  const paint = (value) => {
    document.documentElement.dataset.theme = value;
    theme.textContent = value === "dark" ? "Light" : "Dark";
  };
  paint(stored() || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const value = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    paint(value);
    stored(value);
  });
  if (matchMedia("(max-width: 60rem)").matches) by("contents").open = false;
  filter();
  if (location.hash) follow();
})();
