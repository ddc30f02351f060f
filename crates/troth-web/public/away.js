// Turns kitchen amounts into metric ones; knows nothing of the app.
const amount = document.getElementById("amount");
const unit = document.getElementById("unit");
const answer = document.getElementById("answer");

function show() {
  const [factor, name] = unit.value.split(" ");
  const given = Number.parseFloat(amount.value.replace(",", "."));
  answer.value = Number.isFinite(given) ? `= ${Math.round(given * Number(factor)).toLocaleString()} ${name}` : "";
}

amount.addEventListener("input", show);
unit.addEventListener("change", show);
