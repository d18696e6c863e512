/* Keys for the ledger, for whoever decides about many claims. Everything works without. */
(() => {
  const form = document.getElementById("decide");
  const text = document.querySelector(".quarantine-text");
  const at = document.querySelector(".quarantine-piece--at");
  if (at && text && text.scrollHeight > text.clientHeight) {
    text.scrollTop += at.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight / 3;
  }
  const follow = (id) => document.getElementById(id)?.click();
  const keys = { n: () => follow("claim-after"), p: () => follow("claim-before"), a: () => follow("claim-again") };
  if (form) {
    document.querySelector(".quarantine-keys").hidden = false;
    const choices = [...form.querySelectorAll('input[name="ruling"]')];
    choices.forEach((choice, place) => {
      keys[String(place + 1)] = () => { choice.checked = true; choice.focus(); };
    });
    const open = (name) => {
      const field = form.elements[name];
      const folded = field.closest("details");
      if (folded) folded.open = true;
      field.focus();
    };
    keys.r = () => open("reason");
    keys.s = () => open("source");
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
    const act = keys[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  });
})();
