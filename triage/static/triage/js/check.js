// The check without page loads: each step is asked for and put in the place of the last one. So no answer gets into
// the browser's history or its session files. Without this file everything works by ordinary posts.
(() => {
  "use strict";
  let depth = 0;
  let busy = false;
  const main = () => document.getElementById("main");

  const focusOn = (root) => {
    const target = root.querySelector(".error-summary") || root.querySelector("h1");
    window.scrollTo(0, 0);
    if (!target) return;
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  };

  const show = (page) => {
    const fresh = page && page.getElementById("main");
    if (!fresh) return false;
    document.title = page.title;
    const made = document.importNode(fresh, true);
    main().replaceWith(made);
    const head = page.querySelector(".check-head");
    if (head) document.querySelector(".check-head").replaceWith(document.importNode(head, true));
    const foot = page.querySelector(".check-foot");
    if (foot) document.querySelector(".check-foot").replaceWith(document.importNode(foot, true));
    prepare(made);
    focusOn(made);
    return true;
  };

  const ask = (form, data, address, done) => {
    if (busy) return;
    busy = true;
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.responseType = "document";
    request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
    request.onloadend = () => {
      busy = false;
      if (request.status && show(request.response)) {
        done();
      } else {
        failed(form);
      }
    };
    request.send(new URLSearchParams(data).toString());
  };

  const failed = (form) => {
    let note = document.getElementById("not-sent");
    if (!note) {
      note = document.createElement("p");
      note.id = "not-sent";
      note.className = "notice";
      note.setAttribute("role", "alert");
      form.append(note);
    }
    note.textContent = "";
    note.append("The page could not be reached. Your answers are still here: try again. We cannot say that it is safe to wait. If it may be an emergency, call the number at the top.");
  };

  const leave = (address) => {
    for (const form of document.querySelectorAll("form")) form.reset();
    main().replaceChildren();
    window.location.replace(address);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    // another language is another page, with its own direction and title
    if (button && button.hasAttribute("data-language")) return;
    if (!form.matches("[data-check]") || (button && "download" in button.dataset)) return;
    event.preventDefault();
    const data = new FormData(form, button || undefined);
    const wanted = data.get("go");
    if (wanted === "erase") {
      leave("/check/cleared/");
      return;
    }
    const address = (button && button.getAttribute("formaction")) || form.getAttribute("action");
    ask(form, data, address, () => {
      if (wanted === "back" || !main().querySelector("form[data-check]")) return;
      depth += 1;
      // the state says how many steps there were, and nothing else
      history.pushState({ depth }, "");
    });
  });

  window.addEventListener("popstate", (event) => {
    const form = main().querySelector("form[data-check]");
    const to = (event.state && event.state.depth) || 0;
    const back = form && form.querySelector("[name=go][value=back]");
    const ahead = to > depth;
    depth = to;
    if (!form || (!ahead && !back && !form.dataset.result)) return;
    const data = new FormData(form);
    data.set("go", ahead ? "result" : "back");
    if (to === 0 && !ahead) {
      window.location.reload();
      return;
    }
    ask(form, data, form.getAttribute("action"), () => {});
  });

  // "None of these" and the rest exclude each other; the server checks it too.
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox" || box.name !== "answer" || !box.checked) return;
    const apart = "apart" in box.dataset;
    for (const other of box.form.querySelectorAll("input[type=checkbox][name=answer]")) {
      if (other === box) continue;
      const none = other.value === "none";
      if ((apart && box.value === "none") || none) other.checked = false;
    }
  });

  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const text = document.getElementById(copy.dataset.copy).innerText;
      navigator.clipboard.writeText(text).then(() => { copy.textContent = copy.dataset.done; }, () => { copy.textContent = copy.dataset.failed; });
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  const prepare = (root) => {
    for (const button of root.querySelectorAll("[data-print]")) button.hidden = false;
    for (const button of root.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  };

  prepare(document);
})();
