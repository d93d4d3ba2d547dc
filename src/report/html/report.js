'use strict'
// The page is whole without this script: it adds copying and filtering.
for (const button of document.querySelectorAll('button.copy')) {
  if (!navigator.clipboard) continue
  button.hidden = false
  button.addEventListener('click', () => void copy(button))
}

async function copy(button) {
  await navigator.clipboard.writeText(button.parentElement.querySelector('pre').textContent)
  button.textContent = 'Copied'
  setTimeout(() => (button.textContent = 'Copy'), 1500)
}

const filter = document.getElementById('filter')
if (filter) {
  filter.closest('.filter').hidden = false
  const rows = [...document.querySelectorAll('main [data-text]')]
  const folds = [...document.querySelectorAll('details.fold')]
  filter.addEventListener('input', () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean)
    for (const row of rows) {
      const text = row.dataset.text.toLowerCase()
      row.hidden = !words.every((word) => text.includes(word))
    }
    for (const fold of folds) {
      const shown = fold.querySelectorAll('tr:not([hidden])').length
      fold.hidden = shown === 0
      if (words.length > 0) fold.open = shown > 0
    }
  })
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.matches('input')) return
    event.preventDefault()
    filter.focus()
  })
}
