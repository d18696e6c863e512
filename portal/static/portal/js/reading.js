// Reading aids. Every page works without them: a word leads to its explanation further down, details open by hand.
(() => {
  "use strict";

  // words in the language of the page
  const said = document.currentScript.dataset;

  // Paper cannot be clicked.
  const closed = [];
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details:not([open])")) {
      closed.push(part);
      part.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const part of closed.splice(0)) part.open = false;
  });

  // A phone shows the text first, and nothing may move there; beside the text there is room for the contents list.
  const contents = document.querySelector(".toc details");
  if (contents && matchMedia("(min-width: 64rem)").matches) contents.open = true;

  // To the same place in another language: sections have the same anchors in all of them.
  for (const link of document.querySelectorAll("[data-languages] a")) {
    link.addEventListener("click", () => {
      const passed = [...document.querySelectorAll("h2[id]")].filter((one) => one.getBoundingClientRect().top < innerHeight / 2);
      if (scrollY > 200 && passed.length) link.hash = passed[passed.length - 1].id;
    });
  }

  // Explain a word where it stands.
  if (!("popover" in HTMLElement.prototype)) return;
  const box = document.createElement("div");
  box.className = "words-pop";
  box.popover = "auto";
  box.setAttribute("role", "dialog");
  document.body.append(box);
  let asked = null;

  const show = (link) => {
    const entry = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const word = entry && entry.querySelector("dt");
    const meaning = entry && entry.querySelector("dd");
    if (!word || !meaning) return false;
    const heading = document.createElement("p");
    heading.tabIndex = -1;
    const strong = document.createElement("strong");
    strong.append(...[...word.childNodes].map((node) => node.cloneNode(true)));
    heading.append(strong);
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = said.close || "Close";
    close.addEventListener("click", () => box.hidePopover());
    const text = document.createElement("div");
    text.append(...[...meaning.childNodes].map((node) => node.cloneNode(true)));
    box.setAttribute("aria-label", `${said.explained || "Word explained:"} ${word.textContent.trim()}`);
    box.replaceChildren(heading, text, close);
    asked = link;
    box.showPopover();
    heading.focus();
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.word");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (show(link)) event.preventDefault();
  });
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed" || !asked) return;
    if (box.contains(document.activeElement) || document.activeElement === document.body) asked.focus();
    asked = null;
  });
})();
