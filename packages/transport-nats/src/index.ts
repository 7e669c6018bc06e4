export { default } from './transport.js'
