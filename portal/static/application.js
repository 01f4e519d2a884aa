// Shows as one types what an application lacks and what it costs. Without it, the page's own button does the same.
"use strict";
(() => {
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const WAIT = 700; // milliseconds without a key, before the page asks
  let timer = 0, asked = 0;
  const look = async () => {
    const mine = ++asked, said = new FormData(form);
    said.set("do", "look");
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(said) });
      if (!answer.ok || mine !== asked) return;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("standing");
      if (found) document.getElementById("standing").replaceWith(found);
    } catch { /* not reached: what stands there stays, and the button says more */ }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, WAIT); });
})();
