(() => {
  const bar = document.querySelector(".save"), button = bar.querySelector("button"), told = bar.querySelector("[role=status]");
  const cards = [...document.querySelectorAll(".verdict")];
  const columns = JSON.parse(bar.dataset.columns), file = bar.dataset.file;
  let unsaved = false;
  // As the program's own exports: a cell that a spreadsheet could run gets a leading quotation mark.
  const cell = (text) => {
    const safe = /^'*[=+\-@\t\r\0]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const row = (card) => [card.dataset.id, card.dataset.name, card.dataset.role,
    card.querySelector("input[type=radio]:checked").value, card.querySelector("input[type=text]").value.trim()];
  const filled = () => cards.map(row).filter((one) => one[3] || one[4]);
  const count = () => {
    const number = filled().length;
    button.disabled = !number;
    told.textContent = number ? `${number} of ${cards.length} cards have a verdict or a note` : "No verdict yet";
  };
  document.addEventListener("input", (event) => { if (event.target.closest(".verdict")) { unsaved = true; count(); } });
  addEventListener("beforeunload", (event) => { if (unsaved && filled().length) event.preventDefault(); });
  button.addEventListener("click", () => {
    const lines = [columns, ...filled()].map((one) => `${one.map(cell).join(",")}\r\n`).join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", lines], { type: "text/csv" }));
    link.download = file;
    link.click();
    unsaved = false;
    told.textContent = `Saved as ${file}. Send it back: “sourcing import stages ${file}” takes it in.`;
  });
  bar.hidden = false;
  count();
})();
