// Copies text, and says so on the button that was pressed.

/** Without HTTPS or a loopback address there is no clipboard: the text is selected then, to be copied by hand. */
export async function copy(text, button, element) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    if (element) getSelection().selectAllChildren(element);
    button.textContent = "Not copied";
  }
  setTimeout(() => { button.textContent = said; }, 2000);
}

document.documentElement.classList.add("scripted");
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const element = document.getElementById(button.dataset.copy);
  copy(element.textContent, button, element);
});
