// Asks this device for a passkey, where it can make one, and hands its answer to the form around the button.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function read(options) {
  const key = (one) => ({ ...one, id: bytes(one.id) });
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = options.excludeCredentials.map(key);
  if (options.allowCredentials) read.allowCredentials = options.allowCredentials.map(key);
  return read;
}

function told(made) {
  const answer = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[part]) answer[part] = text(made.response[part]);
  }
  const whole = { id: made.id, rawId: text(made.rawId), type: made.type, response: answer };
  return JSON.stringify({ ...whole, clientExtensionResults: made.getClientExtensionResults() });
}

async function ask(form) {
  const offered = await fetch(form.action, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  if (!offered.ok) throw new Error(`${offered.status}`);
  const { options, sealed } = await offered.json();
  const publicKey = read(options);
  const made = await (form.dataset.passkey === "new"
    ? navigator.credentials.create({ publicKey })
    : navigator.credentials.get({ publicKey }));
  form.elements.answer.value = told(made);
  form.elements.sealed.value = sealed;
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !window.isSecureContext) continue;
  form.closest("[data-passkeys]").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const said = form.querySelector("[data-said]");
    said.textContent = "";
    ask(form).catch(() => {
      said.textContent = "This device gave no passkey. Nothing has changed.";
    });
  });
}
