// Makes the facility's forms kinder: says what is chosen before it is sent, counts what is done, and tells at once of a
// document that is too large. Every form works without it.
"use strict";

const MEGABYTE = 1024 * 1024;

function words(form, selector) {
  return [...form.querySelectorAll(selector)].map((box) => form.querySelector(`label[for="${box.id}"]`).textContent.trim());
}

function tellChoice(form) {
  const place = form.querySelector("[data-words]");
  const chosen = form.querySelector("input[name=option]:checked");
  if (!place || !chosen) return;
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files].map((file) => file.name));
  const areas = words(form, "input[name=areas_withdrawn]:checked");
  const told = [
    `You choose: ${words(form, "input[name=option]:checked")[0]}.`,
    document.getElementById(chosen.getAttribute("aria-describedby")).textContent.trim().replace(/\s+/g, " "),
    areas.length ? `Withdrawn from accreditation: ${areas.join("; ")}.` : "No module or patient type is withdrawn.",
    files.length ? `New documents: ${files.join(", ")}.` : "No new document.",
    form.querySelector("input[name=attested]").checked ? "Attested." : "Not attested yet.",
    "A choice stands: there is one on each form.",
  ];
  place.textContent = told.join(" ");
}

function countDone(form) {
  const place = document.querySelector("[data-progress]");
  const boxes = [...form.querySelectorAll("input[name^=done-]")];
  if (place) place.textContent = `${boxes.filter((box) => box.checked).length} of ${boxes.length} areas done`;
}

function holdSize(field) {
  const most = Number(field.dataset.largest);
  const large = [...field.files].find((file) => file.size > most * MEGABYTE);
  field.setCustomValidity(large ? `${large.name} is larger than a document may be: ${most} MB.` : "");
  field.reportValidity();
}

for (const form of document.querySelectorAll("form[enctype]")) {
  form.addEventListener("change", (event) => {
    if (event.target.dataset.largest) holdSize(event.target);
    if (form.dataset.form === "option") tellChoice(form);
    if (form.dataset.form === "package") countDone(form);
  });
}
