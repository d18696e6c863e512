// Keeps the list of what is still missing fresh: the editor saves by itself, the form is not loaded anew.
(() => {
  "use strict";

  const show = (box, problems) => {
    box.querySelector("[data-problems-none]")?.toggleAttribute("hidden", problems.length > 0);
    box.querySelector("[data-problems-some]")?.toggleAttribute("hidden", problems.length === 0);
    box.querySelector("[data-problems-list]").replaceChildren(
      ...problems.map(({ place, message }) => {
        const item = document.createElement("li");
        if (place) {
          const where = document.createElement("strong");
          where.textContent = `${place}: `;
          item.append(where);
        }
        item.append(message);
        return item;
      }),
    );
  };

  document.addEventListener("w-autosave:success", async () => {
    const box = document.querySelector("[data-problems]");
    const address = box?.dataset.problems;
    if (!address) return;
    const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (answer?.ok) show(box, (await answer.json()).problems);
  });
})();
