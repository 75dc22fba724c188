// What a line sends, asked for twice a second. Texts are set as text, never as HTML.
function rows(parent, kind, texts) {
    parent.replaceChildren(...texts.map((cells) => {
        const row = document.createElement(kind);
        row.append(...cells);
        return row;
    }));
}

function cell(text) {
    const made = document.createElement("td");
    made.textContent = text;
    return made;
}

async function refresh() {
    try {
        const { lines, words } = await (await fetch("/local/capture")).json();
        rows(document.getElementById("words"), "li", words.map((text) => [text]));
        rows(document.getElementById("lines"), "tr", lines.reverse().map((pair) => pair.map(cell)));
        document.getElementById("live").textContent = "";
    } catch {
        document.getElementById("live").textContent = document.body.dataset.ended;
    }
    setTimeout(refresh, 500);
}
refresh();
