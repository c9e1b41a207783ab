// The document beside the form: its pages, zoom and turn.
const Picture = (at) => {
  const view = { name: "", pages: [], page: 0, zoom: 1, turn: 0 };

  function show(name, pages) {
    Object.assign(view, { name, pages, page: 0, turn: 0 });
    paint();
  }
  function paint() {
    const { pages } = view, page = pages[view.page], stage = at("stage"), quarter = view.turn % 180 !== 0;
    const across = quarter ? page.height : page.width, down = quarter ? page.width : page.height;
    const scale = Math.max(0.05, (stage.clientWidth - 20) / across) * view.zoom;
    const image = at("image");
    if (image.getAttribute("src") !== page.source) image.src = page.source;
    image.alt = view.name + ", page " + (view.page + 1);
    image.style.width = page.width * scale + "px";
    image.style.height = page.height * scale + "px";
    image.style.transform = "translate(-50%, -50%) rotate(" + view.turn + "deg)";
    at("holder").style.width = across * scale + "px";
    at("holder").style.height = down * scale + "px";
    at("page").textContent = "Page " + (view.page + 1) + " of " + pages.length;
    at("previous-page").disabled = view.page === 0;
    at("next-page").disabled = view.page === pages.length - 1;
  }
  function zoom(factor) { view.zoom = Math.min(6, Math.max(0.2, view.zoom * factor)); paint(); }
  function turn() { view.turn = (view.turn + 90) % 360; paint(); }
  function leaf(by) {
    const page = Math.min(view.pages.length - 1, Math.max(0, view.page + by));
    if (page === view.page) return;
    view.page = page;
    paint();
    at("stage").scrollTop = by > 0 ? 0 : at("stage").scrollHeight;
  }
  // On through the pages, as through one long one.
  function scroll(by) {
    const stage = at("stage"), end = by > 0 ? stage.scrollHeight - stage.clientHeight : 0;
    if (Math.abs(stage.scrollTop - end) < 2) leaf(by);
    else stage.scrollBy({ top: by * 0.8 * stage.clientHeight });
  }
  function drag(event) {
    const stage = at("stage"), from = [event.clientX + stage.scrollLeft, event.clientY + stage.scrollTop];
    if (event.button !== 0 || event.target === stage) return; // leaves its scroll bars alone
    event.preventDefault();
    stage.focus();
    stage.setPointerCapture(event.pointerId);
    const follow = (on) => stage.scrollTo({ left: from[0] - on.clientX, top: from[1] - on.clientY, behavior: "instant" });
    stage.addEventListener("pointermove", follow);
    stage.addEventListener("lostpointercapture", () => stage.removeEventListener("pointermove", follow), { once: true });
  }

  at("stage").addEventListener("wheel", (event) => { if (event.ctrlKey) { event.preventDefault(); zoom(event.deltaY < 0 ? 1.1 : 0.9); } }, { passive: false });
  at("stage").addEventListener("pointerdown", drag);
  window.addEventListener("resize", () => view.pages.length && paint());

  return { show, paint, zoom, turn, leaf, scroll, fit: () => { view.zoom = 1; paint(); } };
};
