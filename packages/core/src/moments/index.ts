export { createHostApi } from './host-api.js'
