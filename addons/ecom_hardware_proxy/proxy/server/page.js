// Live weights, and the page anew when a device or a job changed. Texts are set as text, never as HTML.
const live = document.getElementById("live");
const words = document.body.dataset;
let pending = null;

function showReading(reading) {
    const card = document.querySelector(`[data-device="${CSS.escape(reading.device)}"]`);
    if (!card) {
        return;
    }
    const stable = reading.state === "stable";
    // Scales send a fixed number of digits: 01.250 is read as 1.250.
    const shown = (reading.shown || "").replace(/^0+(?=\d)/, "");
    card.querySelector("[data-weight]").textContent = stable ? `${shown} ${reading.unit || ""}` : "–";
    card.querySelector("[data-words]").textContent = stable ? "" : reading.words;
}

async function refresh() {
    pending = null;
    const answer = await fetch("/");
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const card of document.querySelectorAll("[data-kind=scale]")) {
        const twin = fresh.querySelector(`[data-device="${CSS.escape(card.dataset.device)}"]`);
        for (const part of ["[data-weight]", "[data-words]"]) {
            twin?.querySelector(part)?.replaceWith(card.querySelector(part));
        }
    }
    document.querySelector("main").replaceWith(fresh.querySelector("main"));
    document.querySelector("header .pill").replaceWith(fresh.querySelector("header .pill"));
}

const stream = new EventSource("/local/events");
stream.addEventListener("open", () => (live.textContent = words.live));
stream.addEventListener("error", () => (live.textContent = words.lost));
stream.addEventListener("reading", (event) => showReading(JSON.parse(event.data)));
for (const kind of ["device", "job"]) {
    stream.addEventListener(kind, () => (pending ||= setTimeout(refresh, 300)));
}
