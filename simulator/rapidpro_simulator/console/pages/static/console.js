// What the page does by itself: it looks again when something has happened, sends its forms as JSON to the control API,
// and shows an entry of the journal that somebody points at.
"use strict";

const world = document.querySelector("[data-world]")?.dataset.world;
const notice = document.getElementById("notice");

function tell(text, bad = false) {
  notice.textContent = text;
  notice.classList.toggle("bad", bad);
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => { notice.textContent = ""; }, bad ? 12000 : 3000);
}

function lookAgain(event = "happened") {
  if (!document.hidden) document.body.dispatchEvent(new Event(event));
}

async function ask(method, url, body) {
  const response = await fetch(url, {
    method, body, headers: body === undefined ? {} : { "Content-Type": "application/json" },
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({ detail: response.statusText }));
  throw new Error([problem.sentence, problem.detail].filter(Boolean).join("\n"));
}

function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || (field.type !== "checkbox" && field.value === "")) continue;
    if (field.type === "checkbox") { if (field.checked) values[field.name] = true; }
    else values[field.name] = field.type === "number" ? Number(field.value) : field.value;
  }
  return values;
}

async function act(element, body) {
  const button = element.matches("button") ? element : element.querySelector("button");
  button.disabled = true;
  try {
    const response = await ask(element.dataset.method, element.dataset.url, body);
    tell("done");
    if (element.dataset.go) location.href = element.dataset.go + (await response.json()).name;
  } catch (error) {
    tell(error.message, true);
  } finally {
    button.disabled = false;
    button.focus();
    lookAgain();
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.url) {
    event.preventDefault();
    act(form, JSON.stringify(valuesOf(form)));
  } else if (form.id === "search") {
    event.preventDefault();
    const journal = document.getElementById("journal");
    journal.setAttribute("hx-get", `/worlds/${world}/panels/journal?find=${encodeURIComponent(form.elements.find.value)}`);
    htmx.process(journal);
    htmx.ajax("GET", journal.getAttribute("hx-get"), { target: journal, swap: "innerMorph" });
  }
});

document.addEventListener("click", async (event) => {
  const element = event.target.closest("button[data-url], [data-entry], [data-save]");
  if (!element) return;
  if (element.dataset.url) act(element, element.dataset.body);
  else if (element.dataset.entry) showEntry(element.dataset.entry);
  else if (element.dataset.save) { event.preventDefault(); saveStory(element); }
});

document.addEventListener("keydown", (event) => {
  const arrow = event.target.closest?.("svg [data-entry]");
  if (!arrow) return;
  const next = { ArrowDown: arrow.nextElementSibling, ArrowUp: arrow.previousElementSibling }[event.key];
  if (next?.dataset.entry) next.focus();
  else if (event.key === "Enter" || event.key === " ") showEntry(arrow.dataset.entry);
  else return;
  event.preventDefault();
});

// What is new is at the end, which stays in sight unless the reader has scrolled away from it.
function keepAtEnd(panel) {
  let atEnd = true;
  panel.addEventListener("scroll", () => { atEnd = panel.scrollHeight - panel.scrollTop - panel.clientHeight < 40; });
  new MutationObserver(() => { if (atEnd) panel.scrollTop = panel.scrollHeight; })
    .observe(panel, { childList: true, subtree: true, attributes: true, attributeFilter: ["height"] });
}

async function showEntry(number) {
  try {
    const response = await ask("GET", `/worlds/${world}/entries/${number}`);
    document.getElementById("entry-content").innerHTML = await response.text();
    document.getElementById("entry").showModal();
  } catch (error) {
    tell(error.message, true);
  }
}

async function saveStory(link) {
  try {
    const story = await (await ask("GET", link.href)).json();
    for (const [name, text] of Object.entries({ [`${link.dataset.save}.feature`]: story.feature, ...story.files })) {
      const content = typeof text === "string" ? text : JSON.stringify(text, null, 2);
      const anchor = document.createElement("a");
      anchor.href = URL.createObjectURL(new Blob([content], { type: "text/plain" }));
      anchor.download = name;
      anchor.click();
    }
    tell("saved");
  } catch (error) {
    tell(error.message, true);
  }
}

if (world) {
  const beat = new EventSource(`/worlds/${world}/beat`);
  for (const event of ["happened", "minute"]) beat.addEventListener(event, () => lookAgain(event));
  document.addEventListener("visibilitychange", () => lookAgain());
  keepAtEnd(document.getElementById("sequence"));
}
