import { openNews } from './open-news.js'

const root = document.getElementById('page')
const pre = document.createElement('pre')
root?.append(pre)
openNews({
  news: (news) => {
    pre.textContent = JSON.stringify(news.picture, null, 2)
  },
  state: () => {},
})
