// Finds sections that hold every word; words of the title and of the heading count more. The index is SECTIONS of search-index.js.

const root = document.documentElement.dataset.root
const field = document.querySelector('#search')
const results = document.querySelector('#results')
const MOST = 12

function score(section, words) {
  let sum = 0
  for (const word of words) {
    const inTitle = section.title.toLowerCase().includes(word) ? 8 : 0
    const inHeading = section.heading.toLowerCase().includes(word) ? 6 : 0
    const inText = section.text.toLowerCase().includes(word) ? 1 : 0
    if (inTitle + inHeading + inText === 0) return 0
    sum += inTitle + inHeading + inText
  }
  return sum
}

function excerpt(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - 40)
  return (at > 0 ? '… ' : '') + text.slice(at, at + 120)
}

function show() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean)
  const found = words.length === 0 ? [] : globalThis.SECTIONS.map((section) => [score(section, words), section])
  const best = found
    .filter(([points]) => points > 0)
    .sort(([a], [b]) => b - a)
    .slice(0, MOST)
  results.replaceChildren(
    ...best.map(([, { url, title, heading, text }]) => {
      const item = document.createElement('li')
      const link = document.createElement('a')
      link.href = root + url
      link.textContent = heading === title ? title : `${title}: ${heading}`
      const about = document.createElement('small')
      about.textContent = excerpt(text, words[0])
      item.append(link, about)
      return item
    }),
  )
  if (words.length > 0 && best.length === 0) {
    const item = document.createElement('li')
    item.textContent = 'nothing found'
    results.replaceChildren(item)
  }
}

field.addEventListener('input', show)
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target === field) return
  event.preventDefault()
  field.focus()
})
