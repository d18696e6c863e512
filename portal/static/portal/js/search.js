// Suggestions while typing, for every search form of the page. Without this script the form works as it is.
// Keyboard: down and up move, Enter takes, Escape closes, Tab goes on. Nothing typed is stored anywhere.
(() => {
  "use strict";

  const WAIT = 150;
  const LIST_CLASS = "suggestions";

  class Suggestions {
    constructor(input, number) {
      this.input = input;
      this.form = input.form;
      this.address = new URL(this.form.dataset.suggest || "suggest/", this.form.action);
      this.options = [];
      this.chosen = -1;
      this.timer = 0;
      this.request = null;
      this.build(number);
      input.addEventListener("input", () => this.later());
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("blur", () => this.close());
    }

    build(number) {
      this.list = document.createElement("ul");
      this.list.id = `suggestions-${number}`;
      this.list.className = LIST_CLASS;
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", this.input.dataset.suggestLabel || "Suggestions");
      // Keeps the focus in the field while the mouse picks.
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.take(this.options.indexOf(option));
      });
      this.status = document.createElement("span");
      this.status.className = "vh";
      this.status.setAttribute("role", "status");
      this.input.after(this.list, this.status);
      for (const [name, value] of Object.entries({
        role: "combobox",
        autocomplete: "off",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "aria-controls": this.list.id,
      })) {
        this.input.setAttribute(name, value);
      }
    }

    later() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), WAIT);
    }

    async ask() {
      this.request?.abort();
      const text = this.input.value.trim();
      if (!text) return this.close();
      this.request = new AbortController();
      this.address.searchParams.set("q", text);
      try {
        const answer = await fetch(this.address, { signal: this.request.signal, referrerPolicy: "no-referrer" });
        if (!answer.ok) return this.close();
        this.show((await answer.json()).suggestions);
      } catch {
        this.close(); // no suggestions are no error: the form still searches
      }
      return undefined;
    }

    show(texts) {
      if (!texts.length || document.activeElement !== this.input) return this.close();
      this.options = texts.map((text, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.textContent = text;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        return option;
      });
      this.list.replaceChildren(...this.options);
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.choose(-1);
      this.status.textContent = texts.length === 1 ? "1 suggestion" : `${texts.length} suggestions`;
      return undefined;
    }

    close() {
      clearTimeout(this.timer);
      this.request?.abort();
      this.options = [];
      this.list.replaceChildren();
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.choose(-1);
      this.status.textContent = "";
    }

    choose(index) {
      this.chosen = index;
      this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
      const option = this.options[index];
      if (option) {
        this.input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else {
        this.input.removeAttribute("aria-activedescendant");
      }
    }

    take(index) {
      this.input.value = this.options[index].textContent;
      this.close();
      this.form.requestSubmit();
    }

    key(event) {
      const last = this.options.length - 1;
      if (last < 0 || event.isComposing) return;
      if (event.key === "ArrowDown") this.choose(this.chosen >= last ? -1 : this.chosen + 1);
      else if (event.key === "ArrowUp") this.choose(this.chosen < 0 ? last : this.chosen - 1);
      else if (event.key === "Enter" && this.chosen >= 0) this.take(this.chosen);
      else if (event.key === "Escape") this.close();
      else return;
      event.preventDefault();
    }
  }

  document
    .querySelectorAll('form[role="search"] input[name="q"]')
    .forEach((input, number) => new Suggestions(input, number));
})();
