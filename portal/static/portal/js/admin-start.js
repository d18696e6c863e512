// Starts the editors' widgets from inert <template data-start> elements, so that no page needs an inline script.
// Only these names can be asked for; markup that got into a page by mistake reaches nothing else.
(() => {
  "use strict";

  const CALLS = new Set(["initDateChooser", "initTimeChooser", "initDateTimeChooser", "createTaskChooser"]);
  const CLASSES = new Set([
    "Chooser", "PageChooser", "ImageChooser", "DocumentChooser", "SnippetChooser", "InlinePanel", "MultipleChooserPanel",
  ]);
  const MARK = "template[data-start]";

  const start = (mark) => {
    const [how, name] = mark.dataset.start.split(":");
    // written with escaped quotes, as inside a script: read it as a string first
    const given = JSON.parse(JSON.parse(`"${mark.dataset.arguments}"`));
    mark.remove();
    if (how === "call" && CALLS.has(name)) window[name](...given);
    if (how === "new" && CLASSES.has(name)) new window[name](...given);
  };

  const scan = (root) => {
    for (const mark of root.querySelectorAll(MARK)) start(mark);
  };

  new MutationObserver(() => scan(document)).observe(document.documentElement, { childList: true, subtree: true });

  // A panel that adds several rows at once needs the widgets of each row before it adds the next.
  const add = window.InlinePanel.prototype.addForm;
  window.InlinePanel.prototype.addForm = function addForm(...given) {
    const made = add.apply(this, given);
    scan(document);
    return made;
  };
})();
